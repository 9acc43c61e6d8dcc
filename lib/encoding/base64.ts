import { isPlain, utf8 } from './text';

/** RFC 4648, both alphabets, padded or not, with blanks and line breaks anywhere. */
const alphabet = /^\s*[A-Za-z0-9+/_-][A-Za-z0-9+/_\s-]*(?:=\s*){0,2}$/;

/** The bytes behind base64 or base64url text; undefined when it is neither. */
export function base64Bytes(text: string): Buffer | undefined {
  if (!alphabet.test(text)) return undefined;
  // One letter alone holds six bits and no byte.
  const letters = text.replace(/[\s=]+/g, '');
  return letters.length % 4 === 1 ? undefined : Buffer.from(letters, 'base64');
}

/**
 * Whether base64 was really meant, when what is inside is no compressed data that would prove it. Many a word is also
 * base64, so: JSON inside, or readable text inside and outside a line of both cases, of 8 letters padded or 16 unpadded.
 */
export function isBase64OfText(text: string, bytes: Buffer): boolean {
  const inside = utf8(bytes);
  if (inside === undefined || inside === '' || !isPlain(inside)) return false;
  if (isJson(inside)) return true;
  const lines = text.trim().split(/\r?\n/);
  const letters = lines.join('');
  if (/\s/.test(letters) || !/[a-z]/.test(letters) || !/[A-Z]/.test(letters)) return false;
  if (letters.length < (letters.endsWith('=') ? 8 : 16)) return false;
  // Letters that no encoder writes: bits left over at the end.
  return bytes.toString('base64').replace(/=+$/, '') === canonical(letters);
}

function canonical(letters: string): string {
  return letters.replace(/-/g, '+').replace(/_/g, '/').replace(/=+$/, '');
}

function isJson(text: string): boolean {
  if (!/^\s*[{[]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
