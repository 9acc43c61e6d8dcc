/**
 * Takes the wrappings off a record: base64, gzip, zlib or raw deflate, several deep, told apart by content. What
 * compressed data holds is proved by its checksum or its end; text is never taken for compressed data, because text holds
 * no such bytes.
 */
import { base64Bytes, isBase64OfText } from './base64';
import { DecodeError } from './DecodeError';
import type { Compression, Decoding } from './inflate';
import { inflateAll, startsGzip, startsZlib } from './members';
import { isPlain, utf8 } from './text';

export interface DecodeOptions {
  /** `auto` takes base64 off where it finds it, `always` demands it, `never` leaves text alone */
  readonly base64: 'auto' | 'always' | 'never';
  /** `auto` tells by content, as many layers as there are; a format demands exactly one layer of it */
  readonly compression: Compression | 'auto' | 'none';
  /** the most bytes that any layer may decode to */
  readonly maxBytes: number;
}

/** Services wrap twice at most; more is a trap (there are gzip files that decode to themselves). */
const maxLayers = 4;

/**
 * The bytes inside `bytes`.
 * @throws DecodeError when it is damaged, too large, or neither compressed nor text
 */
export function* decodeContent(bytes: Buffer, options: DecodeOptions): Decoding<Buffer> {
  const content =
    options.base64 === 'never' ? undefined : yield* decodeBase64(bytes, options, options.base64 === 'always');
  const decoded = content ?? (yield* decompress(bytes, options)) ?? plain(bytes, options);
  if (decoded.length > options.maxBytes) throw tooLarge(options.maxBytes);
  return decoded;
}

/** What base64 text holds, itself decompressed; undefined when it is no base64, or likely a mere word. */
function* decodeBase64(
  bytes: Buffer,
  options: DecodeOptions,
  demanded: boolean,
  depth = 1,
): Decoding<Buffer | undefined> {
  const text = utf8(bytes);
  const inside = text === undefined ? undefined : base64Bytes(text);
  if (text === undefined || inside === undefined) {
    if (demanded) throw new DecodeError('base64 text', text ?? bytes);
    return undefined;
  }
  const decompressed = yield* decompress(inside, options, isUnmistakable(inside));
  if (decompressed) return decompressed;
  if (!demanded && !isBase64OfText(text, inside)) return undefined;
  // A gateway's template may encode a body that its client had encoded.
  const again = depth < 2 ? yield* decodeBase64(inside, options, false, depth + 1) : undefined;
  return again ?? plain(inside, options);
}

/**
 * What compressed bytes hold; undefined when they are not compressed.
 * @param strict whether a damaged stream is an error even where its first bytes could also be text
 */
function* decompress(bytes: Buffer, options: DecodeOptions, strict = false): Decoding<Buffer | undefined> {
  const { compression, maxBytes } = options;
  if (compression === 'none') return undefined;
  if (compression !== 'auto') return yield* inflateAll(compression, bytes, maxBytes);
  if (startsGzip(bytes)) return yield* peel(yield* inflateAll('gzip', bytes, maxBytes), maxBytes);
  if (startsZlib(bytes)) {
    const content = yield* attempt('zlib', bytes, maxBytes, strict || utf8(bytes) === undefined);
    if (content) return yield* peel(content, maxBytes);
  }
  return yield* deflated(bytes, maxBytes);
}

/** Raw deflate, by trying: it must take the whole input and hold text. */
function* deflated(bytes: Buffer, maxBytes: number): Decoding<Buffer | undefined> {
  const text = utf8(bytes);
  if (text !== undefined && isPlain(text)) return undefined;
  const result = yield { format: 'deflate', bytes, limit: maxBytes };
  if (!result.ok) {
    if (result.tooLarge && text === undefined) throw tooLarge(maxBytes);
    return undefined;
  }
  if (result.consumed !== bytes.length || result.bytes.length === 0) return undefined;
  if (startsGzip(result.bytes)) return yield* peel(result.bytes, maxBytes);
  const inside = utf8(result.bytes);
  // Where both readings are possible, the one without control characters is meant.
  if (inside === undefined || (text !== undefined && !isPlain(inside))) return undefined;
  return result.bytes;
}

/** Takes off further layers: a delivery stream compresses what a log subscription had compressed before. */
function* peel(content: Buffer, maxBytes: number): Decoding<Buffer> {
  let inner = content;
  for (let layer = 1; ; layer++) {
    let next: Buffer | undefined;
    if (startsGzip(inner)) next = yield* inflateAll('gzip', inner, maxBytes);
    else if (startsZlib(inner)) next = yield* attempt('zlib', inner, maxBytes, false);
    if (next === undefined) return inner;
    if (layer === maxLayers) throw new DecodeError(`compressed at most ${maxLayers} times over`);
    inner = next;
  }
}

/** Decompresses what may be something else; the error of a damaged stream counts only when `strict`. */
function* attempt(
  format: Compression,
  bytes: Buffer,
  maxBytes: number,
  strict: boolean,
): Decoding<Buffer | undefined> {
  try {
    return yield* inflateAll(format, bytes, maxBytes);
  } catch (error) {
    if (error instanceof DecodeError && !strict && !error.tooLarge) return undefined;
    throw error;
  }
}

/** Behind base64 letters, bytes that start like this were compressed by somebody. */
function isUnmistakable(bytes: Buffer): boolean {
  return bytes.length >= 24 && bytes[0] === 0x78 && [0x01, 0x5e, 0x9c, 0xda].includes(bytes[1]!);
}

/** Bytes that nothing wraps: text, or whatever they are when the settings say that nothing is compressed. */
function plain(bytes: Buffer, { compression }: DecodeOptions): Buffer {
  if (compression === 'none' || utf8(bytes) !== undefined) return bytes;
  const start = bytes.subarray(0, 4).toString('hex').replace(/../g, '$& ').trim();
  throw new DecodeError(`gzip, zlib, deflate, base64 or UTF-8 text (it starts with ${start})`, bytes);
}

function tooLarge(limit: number): DecodeError {
  return new DecodeError(`data that decodes to at most ${limit} bytes (maxBytes)`, undefined, true);
}
