/** After so many records a score counts half of itself. */
const half = 200;

/**
 * The part of a score that counts: most of what seems strange to a detector that has seen little is only new.
 * @param records seen so far
 * @returns 0 to 1
 */
export function knownAfter(records: number): number {
  return records / (records + half);
}
