import { textOf } from './textOf';

/**
 * A list of short texts edited as one line, separated by commas. Its input must not be called `node-input-…`: the editor
 * would save the line as it stands, and a flow's JSON holds lists as arrays.
 */
export function showList(selector: string, values: unknown): void {
  $(selector).val(Array.isArray(values) ? values.join(', ') : textOf(values));
}

export function readList(selector: string): string[] {
  return String($(selector).val() ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
