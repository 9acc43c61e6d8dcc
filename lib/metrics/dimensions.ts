import { fieldReader } from '../records/fieldPath';
import { RecordError } from '../records/RecordError';

/** The dimensions' values of a series, in the order of the dimensions. */
export type DimensionValues = readonly string[];

/** Characters of a dimension's value at most: each is kept in memory and in every message of its series. */
const longest = 1000;

/** Lets through what has one of the values in the dimension. */
export interface DimensionFilter {
  readonly dimension: string;
  readonly values: readonly string[];
}

/** Reads the values of the dimensions of a row. @throws RecordError naming the dimension that a row has no value of */
export function dimensionReader(dimensions: readonly string[]): (row: unknown) => DimensionValues {
  const readers = dimensions.map((dimension) => ({ dimension, read: fieldReader(dimension) }));
  return (row) => readers.map(({ dimension, read }) => textOf(dimension, read(row)));
}

/** The key of a series: its dimensions' values joined by `|`; what they hold of that is escaped. */
export function keyOf(values: DimensionValues): string {
  if (values.length === 1) return values[0]!;
  return values.map((value) => value.replace(/[\\|]/g, '\\$&')).join('|');
}

/** Whether values pass all filters: the values of one filter are alternatives. */
export function filterBy(
  filters: readonly DimensionFilter[],
  dimensions: readonly string[],
): (values: DimensionValues) => boolean {
  const wanted = filters.map(({ dimension, values }) => ({
    at: dimensions.indexOf(dimension),
    values: new Set(values),
  }));
  return (of) => wanted.every(({ at, values }) => values.has(of[at]!));
}

function textOf(dimension: string, value: unknown): string {
  switch (typeof value) {
    case 'string':
      if (value.length <= longest) return value;
      break;
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(value);
  }
  const expected = `text of at most ${longest} characters or a number, because it is a dimension`;
  throw new RecordError(dimension, value, expected);
}
