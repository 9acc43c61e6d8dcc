/** Numbers as parts of a state hold them: float64, little-endian. */

export const wordBytes = 8;

export function encode(numbers: readonly number[]): Uint8Array {
  const bytes = Buffer.allocUnsafe(numbers.length * wordBytes);
  for (let i = 0; i < numbers.length; i++) bytes.writeDoubleLE(numbers[i]!, i * wordBytes);
  return bytes;
}

/** All of them, one after the other. */
export function decode(pieces: readonly Uint8Array[]): Float64Array {
  const numbers = new Float64Array(countOf(pieces));
  let at = 0;
  for (const { buffer, byteOffset, byteLength } of pieces) {
    const view = new DataView(buffer, byteOffset, byteLength);
    for (let byte = 0; byte < byteLength; byte += wordBytes) numbers[at++] = view.getFloat64(byte, true);
  }
  return numbers;
}

export function countOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0) / wordBytes;
}
