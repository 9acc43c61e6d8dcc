/** The word of a snapshot or of changes that holds their checksum. */
const ownWord = 2;

/**
 * FNV-1a over words of 32 bits instead of bytes, with the checksum's own word taken as 0. Each step is a bijection of what
 * came before, so that a change to any one word always shows.
 */
export function checksum(words: Uint32Array): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < words.length; i++) {
    hash = Math.imul(hash ^ (i === ownWord ? 0 : words[i]!), 0x01000193);
  }
  return hash >>> 0;
}

/** The word as a machine of the other byte order would have read it. */
export function swapped(word: number): number {
  return ((word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0;
}

/** Which byte order data were written in that must begin with `magic`; undefined when they begin with something else. */
export function byteOrderOf(word: number, magic: number): 'ours' | 'other' | undefined {
  if (word === magic) return 'ours';
  return swapped(word) === magic ? 'other' : undefined;
}
