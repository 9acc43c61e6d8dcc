import { numeric } from './numeric';
import { RecordError } from './RecordError';

/** A finite number from a field that holds one: a number, a bigint or numeric text. @throws RecordError naming the field */
export function toNumber(value: unknown, field: string): number {
  const number = numeric(value);
  if (!Number.isFinite(number)) throw new RecordError(field, value, 'a finite number');
  return number;
}
