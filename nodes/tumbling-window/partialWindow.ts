/** Windows that leave unfinished, for another node that puts them together: what stands in their payload. */
import { isObject } from '../../lib/records/batch';
import { RecordError } from '../../lib/records/RecordError';
import type { Accumulator } from '../../lib/windows/Accumulator';
import type { Aggregates } from '../../lib/windows/aggregates';
import { countIn, textIn, type State } from '../../lib/windows/state/State';
import type { WindowContent } from '../../lib/windows/WindowContent';
import type { ClosedWindow } from '../../lib/windows/WindowsOfKey';

/** `payload.window` of a partial window. */
interface PartialHead {
  /** the same for the same window however often it is sent, another for every other one */
  readonly id: string;
  readonly key: string;
  /** ms since the epoch, included */
  readonly start: number;
  /** ms since the epoch, not included */
  readonly end: number;
  /** records in it */
  readonly count: number;
}

/** What a partial window says, read and found good. */
export interface PartialWindow extends PartialHead {
  readonly gathered: readonly Accumulator[];
}

/**
 * The payload beside the key fields: the state of each aggregate under its name and function, and which window it is.
 * @param sender tells this node from others whose windows go to the same place
 */
export function partialPayload<I>(
  { key, start, end, count, left, state }: ClosedWindow<WindowContent, I>,
  aggregates: Aggregates,
  sender: string,
): { partial: Record<string, Record<string, State>>; window: PartialHead } {
  // Partitions are named, because nodes that share them out may have the same name. The key may hold anything.
  const id = [sender, state.partition ?? '', start, left, key].join('/');
  return { partial: aggregates.statesOf(state.gathered), window: { id, key, start, end, count } };
}

/**
 * @param size of the windows that it shall become part of, ms
 * @throws RecordError naming the field that is wrong
 */
export function readPartial(record: unknown, size: number, aggregates: Aggregates): PartialWindow {
  if (!isObject(record) || !isObject(record.partial)) {
    const seen = isObject(record) ? record.partial : record;
    throw new RecordError(
      'partial',
      seen,
      'what a window has gathered, from a node that sends partial windows',
    );
  }
  return { ...headIn(record.window, size), gathered: aggregates.loadStates(record.partial, 'partial') };
}

function headIn(window: unknown, size: number): PartialHead {
  if (!isObject(window))
    throw new RecordError('window', window, 'the window that the partial one belongs to');
  const { start, end } = window;
  if (!Number.isSafeInteger(start) || (start as number) % size !== 0) {
    throw new RecordError('window.start', start, `the start of a window of ${size} ms`);
  }
  if (end !== (start as number) + size) {
    throw new RecordError('window.end', end, `${size} ms after the start: all windows must be as long`);
  }
  return {
    id: textIn(window.id, 'window.id'),
    key: textIn(window.key, 'window.key'),
    start: start as number,
    end,
    count: countIn(window.count, 'window.count'),
  };
}
