import { createHash } from 'node:crypto';
import { isObject } from '../records/batch';
import { describeValue } from '../records/describeValue';

/** A value to be stored: what a person may want to know of it, and bytes that carry a check of their own. */
export interface Sealed {
  readonly about: Readonly<Record<string, unknown>>;
  readonly body: ArrayBuffer;
}

const newline = 0x0a;

/** One value for a file: a line of JSON, with the SHA-256 of what it says, and then the body as it is. */
export function seal(format: string, version: number, { about, body }: Sealed): Uint8Array {
  const head = { format, version, sha256: digest(about), bytes: body.byteLength, about };
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), new Uint8Array(body)]);
}

/**
 * Opens what `seal` has made. The body is a copy.
 * @param versions those that can be read, the present one first
 * @throws Error saying what is wrong: of another format or version, cut off, or damaged
 */
export function unseal(format: string, versions: readonly [number, ...number[]], sealed: Uint8Array): Sealed {
  const end = sealed.indexOf(newline);
  const head = end < 0 ? undefined : parse(Buffer.from(sealed.subarray(0, end)).toString('utf8'));
  if (!isObject(head) || head.format !== format) throw new Error(`it does not begin as a ${format} does`);
  if (!versions.some((version) => version === head.version)) {
    throw new Error(`it must be of version ${versions[0]}, got ${describeValue(head.version)}`);
  }
  const { about } = head;
  if (!isObject(about) || head.sha256 !== digest(about)) {
    throw new Error('the checksum of its first line is wrong: it is damaged');
  }
  const body = new Uint8Array(sealed.subarray(end + 1));
  if (body.length !== head.bytes) {
    throw new Error(`${describeValue(head.bytes)} bytes must follow its first line, got ${body.length}`);
  }
  return { about, body: body.buffer };
}

function digest(about: object): string {
  return createHash('sha256').update(JSON.stringify(about)).digest('hex');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
