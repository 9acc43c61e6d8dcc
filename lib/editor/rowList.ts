import { numberOrText, readEntries, selectInput, showEntries, textIn, textInput } from './editableList';

/**
 * A list of small objects edited as rows, one input a column. As with other lists its element must not be called
 * `node-input-…`, and the node saves what `readRows` gives.
 */
export interface Column {
  readonly name: string;
  /** shown while the input is empty, and as its tooltip */
  readonly hint: string;
  readonly width: string;
  readonly number?: boolean;
  /** what may be chosen, where that is not any text; the first of them is the default */
  readonly choices?: readonly string[];
}

export function showRows(selector: string, columns: readonly Column[], rows: unknown): void {
  showEntries(selector, rows, (row, entry) => {
    for (const { name, hint, width, choices } of columns) {
      const input = choices
        ? selectInput(name, hint, choices, entry[name])
        : textInput(name, hint, entry[name]);
      row.append(input.css({ width, marginRight: '4px' }));
    }
  });
}

export function readRows(selector: string, columns: readonly Column[]): Record<string, unknown>[] {
  return readEntries(selector, (row) =>
    Object.fromEntries(
      columns
        .map(
          ({ name, number }) => [name, number ? numberOrText(textIn(row, name)) : textIn(row, name)] as const,
        )
        // An empty input leaves the entry out, and the runtime takes its default.
        .filter(([, value]) => value !== ''),
    ),
  );
}
