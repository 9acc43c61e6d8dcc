import { RecordError } from './RecordError';

/**
 * The text that a value has in a key.
 * @param what the field is, for the error: `a key field`
 * @param longest characters that it may have
 * @throws RecordError when the value is missing, an object or too long
 */
export function keyText(field: string, value: unknown, what: string, longest = Infinity): string {
  switch (typeof value) {
    case 'string':
      if (value.length <= longest) return value;
      break;
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(value);
  }
  const text = longest === Infinity ? 'text' : `text of at most ${longest} characters`;
  throw new RecordError(field, value, `${text} or a number, because it is ${what}`);
}

/** One key of several texts, joined by `|`; one that holds the separator does not look like two. */
export function joinKey(texts: readonly string[]): string {
  if (texts.length === 1) return texts[0]!;
  return texts.map((text) => text.replace(/[\\|]/g, '\\$&')).join('|');
}
