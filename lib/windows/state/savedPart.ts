/** What the parts of windows, of whatever node, have in common when they are read from a checkpoint. */
import type { SavedPart } from '../../delivery/checkpoint/Keeping';
import { describeValue } from '../../records/describeValue';
import { RecordError } from '../../records/RecordError';
import { unpack } from './packed';
import { numberIn } from './State';

/**
 * @param read throws where the state is not what was written
 * @throws Error naming the part and saying why it cannot be used
 */
export function readPart<T>(name: string, part: SavedPart | undefined, read: (state: unknown) => T): T {
  try {
    if (!part?.base) throw new Error('it is missing');
    if (part.appended.length > 0) throw new Error('something was appended, which is never done to windows');
    return read(unpack(part.base));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`the saved part ${describeValue(name)} cannot be used: ${reason}`, { cause: error });
  }
}

/** A time as far as which something had come, in ms; -Infinity before anything had. */
export function markIn(state: unknown, field: string): number {
  return state === -Infinity ? state : numberIn(state, field);
}

/**
 * The start of a window, in ms since the epoch or as its clock shows it.
 * @param size of the window, in ms
 */
export function startIn(state: unknown, field: string, size: number): number {
  const start = numberIn(state, field);
  if (start % size !== 0) throw new RecordError(field, state, `the start of a window of ${size} ms`);
  return start;
}
