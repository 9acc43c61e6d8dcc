/**
 * Everything that a compressed input holds: gzip allows several members behind each other (RFC 1952, section 2.2), and
 * services that collect records put them together so, some with a line break between.
 */
import { DecodeError } from './DecodeError';
import type { Compression, Decoding, Inflated } from './inflate';

/**
 * @param limit the most bytes that may come out
 * @throws DecodeError when the input is damaged, cut short, followed by something else, or too large
 */
export function* inflateAll(format: Compression, bytes: Buffer, limit: number): Decoding<Buffer> {
  const whole = yield { format, bytes, limit };
  if (whole.ok && paddingEnd(bytes, whole.consumed) === bytes.length) return whole.bytes;
  if (!whole.ok && whole.tooLarge) throw tooLarge(limit);
  if (format === 'deflate') throw broken(format, whole, bytes);
  return yield* separated(format, bytes, limit, whole);
}

/** Members with padding between them, which zlib does not look across. */
function* separated(
  format: 'gzip' | 'zlib',
  bytes: Buffer,
  limit: number,
  whole: Inflated,
): Decoding<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for (let start = 0; start < bytes.length;) {
    const end = yield* memberEnd(format, bytes.subarray(start), limit - size, limit);
    if (end === undefined) throw broken(format, whole, bytes);
    // Once more as a whole, for its checksum.
    const member = yield { format, bytes: bytes.subarray(start, start + end), limit: limit - size };
    if (!member.ok) throw member.tooLarge ? tooLarge(limit) : broken(format, member, bytes);
    size += member.bytes.length;
    if (size > limit) throw tooLarge(limit);
    parts.push(member.bytes);
    const next = paddingEnd(bytes, start + end);
    // Neither padding nor another member: bytes that must not be lost silently.
    if (next < bytes.length && !startsMember(format, bytes.subarray(next))) {
      throw new DecodeError(
        `${format} data that ends where the input ends (${bytes.length - start - end} bytes follow it)`,
        bytes,
      );
    }
    start = next;
  }
  return Buffer.concat(parts, size);
}

/**
 * Where the first member ends: behind its header, its deflate stream and its checksum.
 * @param left how much of `limit` the members before it have left
 */
function* memberEnd(
  format: 'gzip' | 'zlib',
  bytes: Buffer,
  left: number,
  limit: number,
): Decoding<number | undefined> {
  const header = format === 'gzip' ? gzipHeaderLength(bytes) : 2;
  if (header >= bytes.length) return undefined;
  const stream = yield { format: 'deflate', bytes: bytes.subarray(header), limit: left };
  if (!stream.ok) {
    if (stream.tooLarge) throw tooLarge(limit);
    return undefined;
  }
  return header + stream.consumed + (format === 'gzip' ? 8 : 4);
}

/** RFC 1952, section 2.3: ten bytes and up to four optional fields. */
function gzipHeaderLength(bytes: Buffer): number {
  const flags = bytes[3] ?? 0;
  let at = 10;
  if (flags & 4) at += 2 + (at + 1 < bytes.length ? bytes.readUInt16LE(at) : bytes.length);
  if (flags & 8) at = afterZero(bytes, at);
  if (flags & 16) at = afterZero(bytes, at);
  if (flags & 2) at += 2;
  return at;
}

function afterZero(bytes: Buffer, at: number): number {
  const zero = bytes.indexOf(0, at);
  return zero < 0 ? bytes.length : zero + 1;
}

function startsMember(format: 'gzip' | 'zlib', bytes: Buffer): boolean {
  return format === 'gzip' ? startsGzip(bytes) : startsZlib(bytes);
}

/** RFC 1952: two magic bytes and the only method there is. Never the start of UTF-8 text. */
export function startsGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8;
}

/** RFC 1950: method 8, a window of at most 32 KiB, no dictionary, and a header that is a multiple of 31. */
export function startsZlib(bytes: Uint8Array): boolean {
  const [first = 0, second = 0] = bytes;
  return (first & 15) === 8 && first >> 4 <= 7 && (second & 32) === 0 && ((first << 8) | second) % 31 === 0;
}

/** Zero bytes (files padded to a block), line breaks and blanks (records that were joined) may follow a member. */
function paddingEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && [0x00, 0x0a, 0x0d, 0x20].includes(bytes[at]!)) at++;
  return at;
}

function tooLarge(limit: number): DecodeError {
  return new DecodeError(`data that decodes to at most ${limit} bytes (maxBytes)`, undefined, true);
}

function broken(format: Compression, result: Inflated, bytes: Buffer): DecodeError {
  return new DecodeError(`undamaged ${format} data${result.ok ? '' : ` (${result.reason})`}`, bytes);
}
