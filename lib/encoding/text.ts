import { isUtf8 } from 'node:buffer';

/** Control characters that texts do not hold; tab, line breaks, form feed and escape (terminal colours) they do. */
// eslint-disable-next-line no-control-regex -- telling binary from text is what it is for
const control = /[\u0000-\u0008\u000b\u000e-\u001a\u001c-\u001f\u007f]/;

/** The text that UTF-8 bytes stand for, byte-exact (a byte order mark stays); undefined when they are not UTF-8. */
export function utf8(bytes: Uint8Array): string | undefined {
  return isUtf8(bytes) ? asBuffer(bytes).toString('utf8') : undefined;
}

/**
 * Whether a text is one that a person or a program wrote, and not binary data that happens to be UTF-8. Raw deflate,
 * which has no magic bytes, always holds a control character: it ends in its end-of-block code of zero bits.
 */
export function isPlain(text: string): boolean {
  return !control.test(text);
}

/** The same memory as a Buffer. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A text without the byte order mark that some writers put in front. */
export function withoutByteOrderMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
