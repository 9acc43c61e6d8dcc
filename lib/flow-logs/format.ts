import { describeValue } from '../records/describeValue';
import { list, text, type Field } from '../settings/fields';
import { SettingError } from '../settings/SettingError';
import { defaultFields, isKnown, propertyName } from './fields';

const name = /^[A-Za-z][A-Za-z0-9_-]*$/;
const names = list(text({ required: true, pattern: name, what: 'a field name such as account-id' }), {
  max: 500,
});

/** The names in a format string as AWS shows it, `${version} ${account-id}`, or in a plain list of names. */
export function splitFormat(format: string): string[] {
  return format
    .replace(/\$\{([^}]*)\}/g, ' $1 ')
    .split(/[\s,]+/)
    .filter((part) => part !== '');
}

/** The setting that says what a line holds: names in order, as AWS writes them or with `_`. Gives property names. */
export const formatField: Field<readonly string[]> = {
  default: defaultFields,
  parse(raw) {
    const parsed = names.parse(
      typeof raw === 'string' ? splitFormat(raw) : Array.isArray(raw) ? raw.map(unwrapped) : raw,
    );
    // A dialog that was emptied means the format of a flow log whose owner chose none.
    const properties = (parsed.length > 0 ? parsed : defaultFields).map(propertyName);
    const twice = properties.find((property, at) => properties.indexOf(property) !== at);
    if (twice !== undefined) {
      throw new SettingError('pattern', { what: 'a list without repetition', seen: describeValue(twice) });
    }
    return properties;
  },
};

function unwrapped(item: unknown): unknown {
  return typeof item === 'string' ? item.replace(/^\$\{(.*)\}$/, '$1') : item;
}

/**
 * The property names in a header line, as files of flow logs start with; undefined for a line of data. Data always
 * holds something that is no field's name; later fields may be unknown, so half of the names must be known.
 */
export function headerFields(columns: readonly string[]): readonly string[] | undefined {
  if (!columns.every((column) => name.test(column))) return undefined;
  const properties = columns.map(propertyName);
  const hits = properties.filter((property) => isKnown(property)).length;
  if (hits * 2 < properties.length || new Set(properties).size < properties.length) return undefined;
  return properties;
}
