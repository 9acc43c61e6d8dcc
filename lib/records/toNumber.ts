import { RecordError } from './RecordError';

/** A finite number from a field that holds one: a number, a bigint or numeric text. @throws RecordError naming the field */
export function toNumber(value: unknown, field: string): number {
  const converted =
    typeof value === 'number'
      ? value
      : typeof value === 'bigint' || (typeof value === 'string' && value.trim() !== '')
        ? Number(value)
        : NaN;
  if (!Number.isFinite(converted)) throw new RecordError(field, value, 'a finite number');
  return converted;
}
