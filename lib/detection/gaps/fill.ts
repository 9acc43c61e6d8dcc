/**
 * What stands in for values that are missing:
 *
 * | method     |                                                                            |
 * | ---------- | -------------------------------------------------------------------------- |
 * | `zero`     | 0: nothing counted is nothing there                                        |
 * | `fixed`    | values that were set                                                       |
 * | `previous` | the latest value there was, 0 before the first                             |
 * | `rcf`      | what the forest expects beside the other values; `previous` until it knows |
 */
export type Fill =
  | { readonly method: 'zero' | 'previous' | 'rcf' }
  | { readonly method: 'fixed'; readonly values: readonly number[] };

/** Whole records that are missing between two are known from both sides. `next` is the later one, `linear` the line between. */
export type GapFill = Fill | { readonly method: 'next' } | { readonly method: 'linear' };

/** A forest's estimate of a record in which NaN marks what is missing; undefined while it cannot tell. */
export type Impute = (record: Float64Array) => { readonly values: ArrayLike<number> } | undefined;

/**
 * Puts values in the place of NaN.
 * @param previous the latest value of each that there was; NaN before the first
 * @returns how many were missing
 */
export function fillRecord(
  record: Float64Array,
  fill: Fill,
  previous: ArrayLike<number>,
  impute: Impute,
): number {
  let missing = 0;
  for (let d = 0; d < record.length; d++) if (Number.isNaN(record[d])) missing++;
  if (missing === 0) return 0;
  const expected = fill.method === 'rcf' ? impute(record)?.values : undefined;
  for (let d = 0; d < record.length; d++) {
    if (Number.isNaN(record[d])) record[d] = expected?.[d] ?? standIn(fill, d, previous[d]!);
  }
  return missing;
}

/**
 * The records that are missing between two.
 * @param count how many, evenly spaced
 * @param accept is given each record in turn, the earliest first, and learns it before the next is made, so that a forest
 *   goes on from its own estimates. The array is used again
 */
export function fillGap(
  before: ArrayLike<number>,
  after: ArrayLike<number>,
  count: number,
  fill: GapFill,
  impute: Impute,
  accept: (record: Float64Array) => void,
): void {
  const record = new Float64Array(before.length);
  for (let i = 1; i <= count; i++) {
    const along = i / (count + 1);
    if (fill.method === 'linear') {
      for (let d = 0; d < record.length; d++) record[d] = (1 - along) * before[d]! + along * after[d]!;
    } else if (fill.method === 'next') record.set(after);
    else fillRecord(record.fill(NaN), fill, before, impute);
    accept(record);
  }
}

function standIn(fill: Fill, d: number, previous: number): number {
  if (fill.method === 'fixed') return fill.values[d]!;
  return fill.method === 'zero' || Number.isNaN(previous) ? 0 : previous;
}
