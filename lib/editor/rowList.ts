/**
 * A list of small objects edited as rows, one input a column, in Node-RED's editable list. As with other lists its
 * element must not be called `node-input-…`, and the node saves what `readRows` gives.
 */
export interface Column {
  readonly name: string;
  /** shown while the input is empty, and as its tooltip */
  readonly hint: string;
  readonly width: string;
  /** a number is saved as one; what is no number stays text, for the validator to explain */
  readonly number?: boolean;
}

type Row = Readonly<Record<string, unknown>>;

interface EditableList {
  editableList(options: {
    addItem: (container: JQuery, index: number, row: Row) => void;
    removable: boolean;
    sortable: boolean;
    height: number | 'auto';
  }): void;
  editableList(method: 'addItem', row: Row): void;
  editableList(method: 'items'): JQuery;
}

export function showRows(selector: string, columns: readonly Column[], rows: unknown): void {
  const list = editable(selector);
  list.editableList({
    addItem: (container, _index, row) =>
      void columns.forEach((column) => container.append(input(column, row[column.name]))),
    removable: true,
    sortable: true,
    height: 'auto',
  });
  if (Array.isArray(rows)) rows.forEach((row: Row) => list.editableList('addItem', row));
}

export function readRows(selector: string, columns: readonly Column[]): Record<string, unknown>[] {
  return editable(selector)
    .editableList('items')
    .toArray()
    .map((item) =>
      Object.fromEntries(
        columns
          .map((column) => [column.name, typed(column, $(item).find(`[data-column="${column.name}"]`).val())])
          // An empty input leaves the entry out, and the runtime takes its default.
          .filter(([, value]) => value !== ''),
      ),
    );
}

function input({ name, hint, width }: Column, value: unknown): JQuery {
  return $('<input type="text">')
    .attr({ 'data-column': name, placeholder: hint, title: hint })
    .css({ width, marginRight: '4px' })
    .val(value === undefined || value === null ? '' : String(value as string | number));
}

function typed(column: Column, value: unknown): string | number {
  const text = String(value ?? '').trim();
  return column.number && text !== '' && !Number.isNaN(Number(text)) ? Number(text) : text;
}

function editable(selector: string): EditableList {
  return $(selector) as unknown as EditableList;
}
