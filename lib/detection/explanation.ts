/** What one field adds to a score. */
export interface FieldAttribution {
  /** its part of the anomaly score, 0 or more */
  readonly score: number;
  /** whether the field stands out by being high or low */
  readonly direction: Direction;
  /** how one-sided that is, in units of the score: from 0, high and low alike, to `score`, one side alone */
  readonly strength: number;
}

export type Direction = 'HIGH' | 'LOW';

/**
 * Folds the attribution of a shingle onto the fields of a record: the parts of all lags are added.
 * @param parts HIGH and LOW of each value in turn, oldest record first; a multiple of 2 * fields.length
 * @returns one entry a field; their scores sum to the sum of the parts
 */
export function explain(
  parts: Float64Array,
  fields: readonly string[],
): Readonly<Record<string, FieldAttribution>> {
  const entries = fields.map((field, index): [string, FieldAttribution] => {
    let high = 0;
    let low = 0;
    for (let at = 2 * index; at < parts.length; at += 2 * fields.length) {
      high += parts[at]!;
      low += parts[at + 1]!;
    }
    return [
      field,
      { score: high + low, direction: high >= low ? 'HIGH' : 'LOW', strength: Math.abs(high - low) },
    ];
  });
  // A field may be called `__proto__`; fromEntries makes it a property like any other.
  return Object.fromEntries(entries);
}

/**
 * The direction of the field that stands out most on one side. Not of the one with the largest part of the score: a part
 * that is nearly as high as it is low says little of a direction, such as that of a second record like an anomaly just learned.
 */
export function mainDirection(attribution: Readonly<Record<string, FieldAttribution>>): Direction {
  let main: FieldAttribution | undefined;
  for (const each of Object.values(attribution)) if (!main || each.strength > main.strength) main = each;
  return main?.direction ?? 'HIGH';
}
