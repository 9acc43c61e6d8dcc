/**
 * A test for the keys of series in which `*` stands for any characters, also none.
 * @param patterns of which one must fit; without any, all keys do
 */
export function keyPattern(patterns: readonly string[]): (key: string) => boolean {
  if (patterns.length === 0) return () => true;
  const tests = patterns.map((pattern) => pattern.split('*'));
  return (key) => tests.some((pieces) => fits(pieces, key));
}

/** Takes every piece where it first stands, so the time is in proportion to the key's length for each piece. */
function fits(pieces: readonly string[], key: string): boolean {
  const first = pieces[0]!;
  const last = pieces[pieces.length - 1]!;
  if (pieces.length === 1) return key === first;
  if (key.length < first.length + last.length || !key.startsWith(first) || !key.endsWith(last)) return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = key.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return at <= key.length - last.length;
}
