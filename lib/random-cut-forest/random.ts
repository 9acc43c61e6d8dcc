/**
 * Random numbers by hashing a counter, one counter and one key for each tree. A tree's numbers depend on nothing but its
 * own history, so neither batching nor the order or the thread in which trees are visited can change a result, and a
 * snapshot of the counters resumes exactly.
 */
export function seedStreams(streams: Uint32Array, seed: number): void {
  for (let i = 0; i < streams.length; i += 2) {
    streams[i] = 0;
    streams[i + 1] = mix(Math.imul(mix(seed), 0x9e3779b1) + i);
  }
}

/** Uniform in the open interval (0, 1), with 32 random bits. */
export function uniform(streams: Uint32Array, tree: number): number {
  const at = 2 * tree;
  const count = (streams[at]! + 1) >>> 0;
  streams[at] = count;
  const bits = mix(mix(Math.imul(count, 0x9e3779b1)) ^ streams[at + 1]!);
  return (bits + 0.5) / 4294967296;
}

/** A bijection of 32-bit numbers in which every input bit changes every output bit with probability near one half. */
function mix(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return (x ^ (x >>> 15)) >>> 0;
}
