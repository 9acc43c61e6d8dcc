/** Node-RED's editable list, and the inputs that stand in its rows. */
import { textOf } from './textOf';

/** What a row shows when it is built: an entry of the setting, perhaps not a sound one. */
export type Entry = Readonly<Record<string, unknown>>;

interface EditableList {
  editableList(options: {
    addItem: (container: JQuery, index: number, entry: Entry) => void;
    removable: boolean;
    sortable: boolean;
    height: 'auto';
  }): void;
  editableList(method: 'addItem', entry: Entry): void;
  editableList(method: 'items'): JQuery;
}

/** Makes a list of the element and shows the entries in it, each by what `build` puts into its row. */
export function showEntries(
  selector: string,
  entries: unknown,
  build: (row: JQuery, entry: Entry) => void,
): void {
  const list = editable(selector);
  list.editableList({
    addItem: (row, _index, entry) => build(row, entry),
    removable: true,
    sortable: true,
    height: 'auto',
  });
  if (Array.isArray(entries)) entries.forEach((entry: Entry) => list.editableList('addItem', entry));
}

export function readEntries<T>(selector: string, read: (row: JQuery) => T): T[] {
  return editable(selector)
    .editableList('items')
    .toArray()
    .map((row) => read($(row)));
}

/** @param hint shown while the input is empty, and as its tooltip */
export function textInput(column: string, hint: string, value: unknown): JQuery {
  return $('<input type="text">')
    .attr({ 'data-column': column, placeholder: hint, title: hint })
    .val(textOf(value));
}

export function selectInput(
  column: string,
  hint: string,
  choices: readonly string[],
  value: unknown,
): JQuery {
  const options = choices.map((choice) => $('<option>').val(choice).text(choice));
  return $('<select>')
    .attr({ 'data-column': column, title: hint })
    .append(...options)
    .val(String((value as string | undefined) ?? choices[0]));
}

/** The text of one column's input in a row. */
export function textIn(row: JQuery, column: string): string {
  return String(row.find(`[data-column="${column}"]`).val() ?? '').trim();
}

/** A number is saved as one; what is no number stays text, for the validator to explain. */
export function numberOrText(text: string): number | string {
  return text !== '' && !Number.isNaN(Number(text)) ? Number(text) : text;
}

function editable(selector: string): EditableList {
  return $(selector) as unknown as EditableList;
}
