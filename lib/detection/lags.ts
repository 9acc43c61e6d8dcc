import { explain, type FieldAttribution } from './explanation';

/**
 * The attribution of a shingle, record by record. The parts are HIGH and LOW of each value in turn, oldest record first,
 * as RandomCutForest.attribution gives them.
 * @returns one entry a record, the newest first, each with one entry a field; all scores together sum to the parts
 */
export function explainLags(
  parts: Float64Array,
  fields: readonly string[],
): Readonly<Record<string, FieldAttribution>>[] {
  const size = 2 * fields.length;
  return Array.from({ length: parts.length / size }, (_, lag) =>
    explain(parts.subarray(parts.length - (lag + 1) * size, parts.length - lag * size), fields),
  );
}

/**
 * Which record of a shingle a score is about: the one with the largest part of the attribution, the newer of two alike.
 * @param reach how many records back to look at most: no further than the last anomaly, which was told already
 * @returns 0 for the newest record, k for the one k before it
 */
export function strangestLag(parts: Float64Array, fields: number, reach = Infinity): number {
  const size = 2 * fields;
  let strangest = 0;
  let most = -1;
  for (let lag = 0; lag <= reach && (lag + 1) * size <= parts.length; lag++) {
    let sum = 0;
    for (let at = parts.length - (lag + 1) * size; at < parts.length - lag * size; at++) sum += parts[at]!;
    if (sum > most) {
      most = sum;
      strangest = lag;
    }
  }
  return strangest;
}
