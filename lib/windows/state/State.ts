import { RecordError } from '../../records/RecordError';

/** What an object knows, as JSON can say it: for a checkpoint, or for another window on the other side of a stream. */
export type State = null | boolean | number | string | readonly State[];

// States also come from outside, so each reader checks. They throw RecordErrors that name the place in the state.

/** A finite number. */
export function numberIn(state: unknown, field: string): number {
  if (typeof state !== 'number' || !Number.isFinite(state))
    throw new RecordError(field, state, 'a finite number');
  return state;
}

/** A whole number that may be counted on with. */
export function countIn(state: unknown, field: string): number {
  if (!Number.isSafeInteger(state) || (state as number) < 0) {
    throw new RecordError(field, state, 'a whole number from 0');
  }
  return state as number;
}

export function textIn(state: unknown, field: string): string {
  if (typeof state !== 'string') throw new RecordError(field, state, 'text');
  return state;
}

/** A list of exactly `length` entries. */
export function tupleIn(state: unknown, field: string, length: number): readonly unknown[] {
  if (!Array.isArray(state) || state.length !== length) {
    throw new RecordError(field, state, `a list of ${length}`);
  }
  return state;
}

/** A list of up to `max` entries, each read by `read`. */
export function listIn<T>(
  state: unknown,
  field: string,
  max: number,
  read: (entry: unknown, field: string) => T,
): T[] {
  if (!Array.isArray(state) || state.length > max) {
    throw new RecordError(field, state, `a list of at most ${max}`);
  }
  return state.map((entry, index) => read(entry, `${field}[${index}]`));
}
