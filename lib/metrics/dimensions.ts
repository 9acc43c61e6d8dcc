import { fieldReader } from '../records/fieldPath';
import { keyText } from '../records/keyText';

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
  return (row) => readers.map(({ dimension, read }) => keyText(dimension, read(row), 'a dimension', longest));
}

/**
 * Whether a row passes all filters: it has one of the values in each of their fields. A row that lacks such a field passes as
 * little as one with another value.
 * @returns a test that throws a RecordError naming a field that holds what no value of a dimension can be
 */
export function rowFilter(filters: readonly DimensionFilter[]): (row: unknown) => boolean {
  const wanted = filters.map(({ dimension, values }) => ({
    dimension,
    read: fieldReader(dimension),
    values: new Set(values),
  }));
  return (row) =>
    wanted.every(({ dimension, read, values }) => {
      const value = read(row);
      if (value === undefined || value === null) return false;
      return values.has(keyText(dimension, value, 'a dimension', longest));
    });
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
