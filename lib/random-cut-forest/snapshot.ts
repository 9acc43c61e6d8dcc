import { byteOrderOf, checksum, swapped } from './checksum';
import {
  alignment,
  endOf,
  headerOf,
  headerWords,
  lengthOf,
  magic,
  sections,
  version,
  type Section,
  type Version,
} from './layout';
import { version1 } from './upgrades/version1';
import { version2 } from './upgrades/version2';
import { version3 } from './upgrades/version3';

const versions: ReadonlyMap<number, Version> = new Map([
  [1, version1],
  [2, version2],
  [3, version3],
  [version, { headerWords, alignment, sections }],
]);

/** The bytes of a snapshot, which may stand in a larger buffer, as those that `readFile` gives may. */
export type SnapshotBytes = ArrayBuffer | ArrayBufferView;

/**
 * A snapshot from any machine and of any version so far, as this version has it on this machine.
 * @returns the same buffer if it is so already
 * @throws Error saying what is wrong with it
 */
export function readSnapshot(bytes: SnapshotBytes): ArrayBuffer {
  const data = bufferOf(bytes);
  const least = Math.min(...[...versions.values()].map((each) => each.headerWords * 4));
  if (data.byteLength < least || data.byteLength % 4 !== 0) {
    throw new Error(`a forest's snapshot has at least ${least} bytes, in fours, got ${data.byteLength}`);
  }
  const first = new Uint32Array(data, 0, 1)[0]!;
  const order = byteOrderOf(first, magic);
  if (!order) throw new Error(`data must begin with ${magic.toString(16)}, got ${first.toString(16)}`);

  const words = order === 'ours' ? new Uint32Array(data) : new Uint32Array(data).map(swapped);
  const its = versions.get(words[1]!);
  if (!its) {
    throw new Error(
      `a forest's snapshot must be of version ${[...versions.keys()].join(' or ')}, got ${words[1]}`,
    );
  }
  const { options, rows } = headerOf(words.buffer);
  const parts = its.sections(options, rows);
  const expected = lengthOf(parts, its.alignment);
  if (data.byteLength !== expected) {
    throw new Error(`a snapshot of this forest must have ${expected} bytes, got ${data.byteLength}`);
  }
  if (words[2] !== checksum(words)) throw new Error("the snapshot's checksum is wrong: it is damaged");

  if (order === 'other') orderWithinWords(words, parts, its.alignment);
  return its.upgrade ? readSnapshot(its.upgrade(words.buffer)) : words.buffer;
}

function bufferOf(bytes: SnapshotBytes): ArrayBuffer {
  if (!ArrayBuffer.isView(bytes)) return bytes;
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength).slice().buffer;
}

/**
 * The rest of the way from the other byte order, once the bytes of each word of 32 bits have been turned round: numbers of
 * 16 bits have changed places with their neighbours, and the halves of numbers of 64 bits have not.
 */
function orderWithinWords(words: Uint32Array, sections: readonly Section[], alignment: number): void {
  let at = 0;
  for (const section of sections) {
    const end = endOf(section, 4 * at, alignment) / 4;
    const size = section[1].BYTES_PER_ELEMENT;
    if (size === 2) {
      for (let i = at; i < end; i++) words[i] = (words[i]! << 16) | (words[i]! >>> 16);
    } else if (size === 8) {
      for (let i = at; i < end; i += 2) {
        const half = words[i]!;
        words[i] = words[i + 1]!;
        words[i + 1] = half;
      }
    }
    at = end;
  }
}
