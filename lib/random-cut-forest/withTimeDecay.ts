import { checksum } from './checksum';
import { expm1 } from './deterministicMath';
import { aligned, headerOf, headerWords } from './layout';
import { completeOptions } from './options';
import { readSnapshot, type SnapshotBytes } from './snapshot';

/** Where the header has the time decay, and the scalars the growth of the weights that follows from it. */
const optionWord = 6;
const growthScalar = 4;

/**
 * The same forest, but with another time decay from now on. What it has sampled so far keeps its weight, and fades at the
 * new rate.
 * @returns a snapshot; the one given stays as it was
 * @throws RangeError when the time decay is out of its range, Error when something is wrong with the snapshot
 */
export function withTimeDecay(snapshot: SnapshotBytes, timeDecay: number): ArrayBuffer {
  const changed = readSnapshot(snapshot).slice(0);
  completeOptions({ ...headerOf(changed).options, timeDecay });
  const words = new Uint32Array(changed);
  words[optionWord] = timeDecay;
  new Float64Array(changed, aligned(4 * headerWords))[growthScalar] = 1 + expm1(1 / timeDecay);
  words[2] = checksum(words);
  return changed;
}
