import { describeValue } from './describeValue';

/** A record that cannot be processed: names the field, what was seen there and what is expected. */
export class RecordError extends Error {
  constructor(
    readonly field: string,
    readonly seen: unknown,
    expected: string,
  ) {
    super(`${field} must be ${expected}, got ${describeValue(seen)}`);
    this.name = 'RecordError';
  }
}
