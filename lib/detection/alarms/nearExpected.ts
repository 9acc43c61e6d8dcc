import { isObject } from '../../records/batch';
import { fieldReader } from '../../records/fieldPath';
import { numeric } from '../../records/numeric';
import { isIgnored, type Ignored } from '../suppression';

/**
 * Whether every field that stands out is so near to what was expected of it that nobody wants to hear of it. Where nothing
 * is known of what was expected, nothing is near.
 * @param expected by field, as in `anomaly.expected`: `{ value }` in the field's own unit
 */
export function isNearExpected(record: unknown, expected: unknown, ignored: Ignored): boolean {
  if (!isObject(expected)) return false;
  const fields = Object.entries(expected);
  return (
    fields.length > 0 &&
    fields.every(([name, band]) => {
      const value = isObject(band) ? numeric(band.value) : NaN;
      return isIgnored(actualOf(record, name), value, ignored);
    })
  );
}

/** A record that is a number has no fields; vectors name them by position. */
function actualOf(record: unknown, name: string): number {
  return numeric(typeof record === 'object' ? fieldReader(name)(record) : record);
}
