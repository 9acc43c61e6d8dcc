import { readEntries, showEntries, textIn, textInput } from './editableList';

/**
 * A list of lines edited one a row. As with other lists its element must not be called `node-input-…`, and the node saves
 * what `readLines` gives.
 * @param hint shown in empty rows
 */
export function showLines(selector: string, hint: string, lines: unknown): void {
  const entries = Array.isArray(lines) ? lines.map((line: unknown) => ({ line })) : [];
  showEntries(
    selector,
    entries,
    (row, { line }) => void row.append(textInput('line', hint, line).css({ width: '96%' })),
  );
}

export function readLines(selector: string): string[] {
  return readEntries(selector, (row) => textIn(row, 'line')).filter((line) => line !== '');
}
