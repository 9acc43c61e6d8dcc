import { byteOrderOf, checksum } from '../../random-cut-forest/checksum';

const magic = 0x53444554; // "SDET", which a machine of the other byte order reads differently
const headerWords = 4;

/**
 * Several pieces of memory as one value: magic, version, checksum, how many pieces, their lengths in bytes, and then the
 * pieces, each from a multiple of 8 bytes on.
 */
export function pack(version: number, pieces: readonly Uint8Array[]): Uint8Array {
  let at = padded(4 * (headerWords + pieces.length));
  const offsets = pieces.map((piece) => {
    const offset = at;
    at += padded(piece.length);
    return offset;
  });
  const bytes = new Uint8Array(at);
  const words = new Uint32Array(bytes.buffer);
  words.set([magic, version, 0, pieces.length, ...pieces.map((piece) => piece.length)]);
  pieces.forEach((piece, index) => {
    bytes.set(piece, offsets[index]);
  });
  words[2] = checksum(words);
  return bytes;
}

/**
 * The pieces that `pack` was given, as copies.
 * @throws Error saying what is wrong: of something else, of another version, cut off, or damaged
 */
export function unpack(version: number, packed: Uint8Array): Uint8Array[] {
  // A copy begins where words may begin; slice() of a Buffer would be none.
  const bytes = Uint8Array.from(packed);
  if (bytes.length < 4 * headerWords || bytes.length % 8 !== 0) {
    throw new Error(
      `a detector's state has at least ${4 * headerWords} bytes, in eights, got ${bytes.length}`,
    );
  }
  const words = new Uint32Array(bytes.buffer);
  if (byteOrderOf(words[0]!, magic) !== 'ours') {
    throw new Error(
      `a detector's state must begin with ${magic.toString(16)}, got ${words[0]!.toString(16)}`,
    );
  }
  if (words[1] !== version) {
    throw new Error(`a detector's state must be of version ${version}, got ${words[1]}`);
  }
  if (words[2] !== checksum(words))
    throw new Error("the checksum of a detector's state is wrong: it is damaged");
  let at = padded(4 * (headerWords + words[3]!));
  return Array.from(words.subarray(headerWords, headerWords + words[3]!), (length) => {
    const piece = bytes.slice(at, at + length);
    at += padded(length);
    return piece;
  });
}

function padded(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}

export function packNumbers(numbers: readonly number[]): Uint8Array {
  return new Uint8Array(Float64Array.from(numbers).buffer);
}

/** What `packNumbers` was given. In a loop, since spreading takes several times as long, and each series has thousands. */
export function numbersOf({ buffer, byteOffset, byteLength }: Uint8Array): number[] {
  const packed = new Float64Array(buffer, byteOffset, byteLength / 8);
  const numbers = new Array<number>(packed.length);
  for (let i = 0; i < packed.length; i++) numbers[i] = packed[i]!;
  return numbers;
}
