import { readEntries, showEntries, textIn, textInput } from './editableList';

/** Filters edited as rows: a field, and the values that it may have. */
export function showFilters(selector: string, dimension: string, values: string, filters: unknown): void {
  showEntries(selector, filters, (row, entry) => {
    const listed = Array.isArray(entry.values) ? entry.values.join(', ') : entry.values;
    row.append(
      textInput('dimension', dimension, entry.dimension).css({ width: '32%', marginRight: '4px' }),
      textInput('values', values, listed).css({ width: '62%' }),
    );
  });
}

export function readFilters(selector: string): { dimension: string; values: string[] }[] {
  return readEntries(selector, (row) => ({
    dimension: textIn(row, 'dimension'),
    values: textIn(row, 'values')
      .split(',')
      .map((value) => value.trim())
      .filter((value) => value !== ''),
  }));
}
