import { createHash } from 'node:crypto';
import { isObject } from '../../records/batch';
import type { PartChange } from './Keeping';
import type { NodeChanges } from './StateTable';

/**
 * A checkpoint as bytes: a head of fixed length (magic, sequence number, length of what follows, all 32 bits, big-endian,
 * and the SHA-256 of those and of what follows), then a line of JSON that describes the changes, then their values one
 * after the other.
 */
const magic = 0x53434a31; // "SCJ1"
const digestAt = 12;
const headBytes = digestAt + 32;
const newline = 0x0a;

export interface Frame {
  readonly sequence: number;
  readonly nodes: readonly NodeChanges[];
}

/** One change in the line of JSON: the part, what happened to it, the length of its value, its blob and its route. */
type Described =
  | readonly [part: string, what: 'put', bytes: number, blob?: string | null, route?: string]
  | readonly [part: string, what: 'append', bytes: number, blob?: null, route?: string]
  | readonly [part: string, what: 'remove'];

interface DescribedNode {
  readonly node: string;
  readonly type: string;
  readonly version: number;
  readonly changes: readonly Described[];
}

export function encodeFrame({ sequence, nodes }: Frame): Buffer {
  const described = nodes.map(({ changes, ...node }): DescribedNode => ({
    ...node,
    changes: changes.map(describe),
  }));
  const values = nodes.flatMap(({ changes }) => changes.map(valueOf));
  const body = Buffer.concat([Buffer.from(`${JSON.stringify(described)}\n`), ...values]);
  const head = Buffer.alloc(headBytes);
  head.writeUInt32BE(magic, 0);
  head.writeUInt32BE(sequence, 4);
  head.writeUInt32BE(body.length, 8);
  head.set(digest(head, body), digestAt);
  return Buffer.concat([head, body]);
}

/**
 * Reads the frame that begins at `at`.
 * @returns the frame and where the next one begins; `cut off` when a crash has left only part of one there, or nothing
 *   follows at all; `damaged` when something else has happened to it
 * @throws Error when a sound frame says what this version does not know
 */
export function decodeFrame(
  bytes: Buffer,
  at: number,
): { readonly frame: Frame; readonly end: number } | 'cut off' | 'damaged' {
  const found = frameAt(bytes, at);
  if (found) return { frame: { sequence: found.sequence, nodes: nodesOf(found.body) }, end: found.end };
  return isCutOff(bytes, at) && !hasFrameAfter(bytes, at) ? 'cut off' : 'damaged';
}

function frameAt(
  bytes: Buffer,
  at: number,
): { readonly sequence: number; readonly body: Buffer; readonly end: number } | undefined {
  if (bytes.length - at < headBytes || bytes.readUInt32BE(at) !== magic) return undefined;
  const from = at + headBytes;
  const end = from + bytes.readUInt32BE(at + 8);
  if (end > bytes.length) return undefined;
  const head = bytes.subarray(at, from);
  const body = bytes.subarray(from, end);
  if (!digest(head, body).equals(head.subarray(digestAt))) return undefined;
  return { sequence: head.readUInt32BE(4), body, end };
}

/** Whether bytes are missing at the end, or were never written, in which case a file system may show zeros. */
function isCutOff(bytes: Buffer, at: number): boolean {
  const isWhole =
    bytes.length - at >= headBytes && at + headBytes + bytes.readUInt32BE(at + 8) <= bytes.length;
  return !isWhole || bytes.subarray(-headBytes).every((byte) => byte === 0);
}

/** Whether a sound frame begins anywhere behind `at`: then what lies before it was once whole too. */
function hasFrameAfter(bytes: Buffer, at: number): boolean {
  const mark = Buffer.alloc(4);
  mark.writeUInt32BE(magic, 0);
  for (let next = bytes.indexOf(mark, at + 1); next >= 0; next = bytes.indexOf(mark, next + 1)) {
    if (frameAt(bytes, next)) return true;
  }
  return false;
}

function digest(head: Uint8Array, body: Uint8Array): Buffer {
  return createHash('sha256').update(head.subarray(0, digestAt)).update(body).digest();
}

function describe(change: PartChange): Described {
  if ('remove' in change) return [change.part, 'remove'];
  const { part, route } = change;
  if ('append' in change) {
    const { length } = change.append;
    return route === undefined ? [part, 'append', length] : [part, 'append', length, null, route];
  }
  const { put, blob } = change;
  if (route !== undefined) return [part, 'put', put.length, blob ?? null, route];
  return blob === undefined ? [part, 'put', put.length] : [part, 'put', put.length, blob];
}

function valueOf(change: PartChange): Uint8Array {
  if ('remove' in change) return new Uint8Array();
  return 'append' in change ? change.append : change.put;
}

function nodesOf(body: Buffer): NodeChanges[] {
  const end = body.indexOf(newline);
  const described: unknown = JSON.parse(body.subarray(0, end).toString('utf8'));
  if (!Array.isArray(described) || !described.every(isDescribed)) {
    throw new Error('a checkpoint is not described as this version does it: a newer Streamcut wrote it');
  }
  let at = end + 1;
  const take = (bytes: number) => {
    at += bytes;
    // A copy: the whole of what was read would stay in memory for the sake of one value.
    return Uint8Array.from(body.subarray(at - bytes, at));
  };
  return described.map(({ changes, ...node }) => ({
    ...node,
    changes: changes.map(([part, what, bytes = 0, blob, route]): PartChange => {
      if (what === 'remove') return { part, remove: true };
      const routed = route === undefined ? {} : { route };
      if (what === 'append') return { part, append: take(bytes), ...routed };
      return { part, put: take(bytes), ...(typeof blob === 'string' ? { blob } : {}), ...routed };
    }),
  }));
}

function isDescribed(value: unknown): value is DescribedNode {
  if (!isObject(value)) return false;
  const { node, type, version, changes } = value;
  return (
    typeof node === 'string' &&
    typeof type === 'string' &&
    typeof version === 'number' &&
    Array.isArray(changes) &&
    changes.every(
      (change) =>
        Array.isArray(change) &&
        typeof change[0] === 'string' &&
        ['put', 'append', 'remove'].includes(String(change[1])),
    )
  );
}
