import { byteOrderOf, checksum, swapped } from './checksum';

const magic = 0x52434644; // "RCFD"
const version = 1;
const headerWords = 8;
/**
 * Bytes that are sent together when one of them has changed. A record touches a few places in each tree that takes it;
 * smaller pages than this save little and cost more numbers of pages.
 */
const pageBytes = 64;
const pageWords = pageBytes / 4;

/**
 * What has changed between two snapshots of the same forest: a few per cent of a snapshot after some records, about all of
 * it after as many as the trees remember. With `applyChanges` it makes the later snapshot of the earlier one.
 *
 * Words of 32 bits: magic, version, checksum, checksums of both snapshots, their lengths in bytes, number of pages; then
 * the number of each page; then the pages. One pass over both snapshots.
 */
export function changesBetween(earlier: ArrayBuffer, later: ArrayBuffer): ArrayBuffer {
  const before = new Uint32Array(earlier);
  const after = new Uint32Array(later);
  const changed = changedPages(new Int32Array(earlier), new Int32Array(later));
  const count = changed.length;

  const words = new Uint32Array(headerWords + count * (1 + pageWords));
  words.set([magic, version, 0, before[2]!, after[2]!, earlier.byteLength, later.byteLength, count]);
  words.set(changed, headerWords);
  for (let i = 0; i < count; i++) {
    const from = changed[i]! * pageWords;
    words.set(after.subarray(from, from + pageWords), headerWords + count + i * pageWords);
  }
  words[2] = checksum(words);
  return words.buffer;
}

/**
 * @param changes made by `changesBetween`, on any machine of the kind that the snapshot comes from
 * @returns the later snapshot
 * @throws Error saying what is wrong: damaged changes, or those of another snapshot
 */
export function applyChanges(earlier: ArrayBuffer, changes: ArrayBuffer): ArrayBuffer {
  if (changes.byteLength < headerWords * 4 || changes.byteLength % 4 !== 0) {
    throw new Error(
      `changes of a snapshot have at least ${headerWords * 4} bytes, in fours, got ${changes.byteLength}`,
    );
  }
  const words = inOurOrder(new Uint32Array(changes));
  const [, itsVersion, sum, from, to, earlierBytes, laterBytes, count] = words as unknown as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (itsVersion !== version) throw new Error(`changes must be of version ${version}, got ${itsVersion}`);
  const length = 4 * (headerWords + count * (1 + pageWords));
  if (changes.byteLength !== length) {
    throw new Error(`these changes must have ${length} bytes, got ${changes.byteLength}`);
  }
  if (sum !== checksum(words)) throw new Error('the checksum of the changes is wrong: they are damaged');

  // The pages are taken as they stand: they are in the order of the snapshots.
  const raw = new Uint32Array(changes);
  const before = new Uint32Array(earlier);
  if (earlier.byteLength !== earlierBytes || before[2] !== raw[3]) {
    throw new Error(
      `the changes are those of another snapshot, with the checksum ${from.toString(16)} and ${earlierBytes} bytes`,
    );
  }
  const after = new Uint32Array(laterBytes / 4);
  after.set(before.subarray(0, Math.min(before.length, after.length)));
  for (let i = 0; i < count; i++) {
    const at = words[headerWords + i]! * pageWords;
    const page = headerWords + count + i * pageWords;
    after.set(raw.subarray(page, page + Math.min(pageWords, after.length - at)), at);
  }
  if (after[2] !== raw[4]) throw new Error(`the changes do not lead to the checksum ${to.toString(16)}`);
  return after.buffer;
}

/** Signed words compare faster: V8 keeps unsigned ones as floating-point numbers. */
function changedPages(before: Int32Array, after: Int32Array): Uint32Array {
  const pages = new Uint32Array(Math.ceil(after.length / pageWords));
  let count = 0;
  let at = 0;
  while (at < after.length) {
    if (before[at] === after[at]) {
      at++;
      continue;
    }
    const page = Math.floor(at / pageWords);
    pages[count++] = page;
    at = (page + 1) * pageWords;
  }
  return pages.subarray(0, count);
}

function inOurOrder(words: Uint32Array): Uint32Array {
  switch (byteOrderOf(words[0]!, magic)) {
    case 'ours':
      return words;
    case 'other':
      return words.map(swapped);
    default:
      throw new Error(`changes must begin with ${magic.toString(16)}, got ${words[0]!.toString(16)}`);
  }
}
