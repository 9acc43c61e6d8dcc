/** What goes into windows: records, or windows that other nodes have begun. Both are read before anything changes. */
import { fieldReader } from '../../lib/records/fieldPath';
import type { RecordInMessage } from '../../lib/records/messageProperty';
import { RecordError } from '../../lib/records/RecordError';
import { seriesKey } from '../../lib/records/seriesKey';
import type { Aggregates } from '../../lib/windows/aggregates';
import { timeReader } from '../../lib/windows/rowTime';
import type { WindowContent } from '../../lib/windows/WindowContent';
import type { OpenWindow } from '../../lib/windows/WindowsOfKey';
import { readPartial } from './partialWindow';
import type { KeyValues } from './savedWindows';
import { sizeOf, type WindowSettings } from './settings';

export interface Entry {
  readonly key: string;
  /** ms since the epoch; undefined where the clock decides */
  readonly time: number | undefined;
  /** which field says the time and what stands there, for errors */
  readonly timeField: string;
  readonly timeSeen: unknown;
  identity(): KeyValues;
  /** @param time that it counts with, ms since the epoch */
  addTo(window: OpenWindow<WindowContent>, time: number, partition: string): void;
}

/** @throws RecordError naming the field that is wrong */
export type Input = (item: RecordInMessage) => Entry;

export function inputOf(settings: WindowSettings, aggregates: Aggregates): Input {
  return settings.input === 'partials' ? partials(settings, aggregates) : records(settings, aggregates);
}

function records(settings: WindowSettings, aggregates: Aggregates): Input {
  const keyOf = seriesKey(settings.keyFields);
  const identify = identityReader(settings);
  const readTime =
    settings.timeSource === 'event' ? timeReader(settings.timeField, settings.timeFormat) : undefined;
  const timeField = settings.timeField || 'timestamp';
  return (item) => {
    const { record } = item;
    checkRecord(record);
    const [time, timeSeen] = readTime?.(item) ?? [];
    const key = keyOf(item);
    const contribution = aggregates.read(record);
    return {
      key,
      time,
      timeField,
      timeSeen,
      identity: () => identify(record),
      addTo(window, time, partition) {
        window.count++;
        aggregates.add(window.state.gathered, contribution, { time, partition });
        notePartition(window.state, partition);
      },
    };
  };
}

/** The time of a partial window is its start: when the next ones come, all of it has been sent. */
function partials(settings: WindowSettings, aggregates: Aggregates): Input {
  const size = sizeOf(settings);
  const keyOf = settings.keyFields.length > 0 ? seriesKey(settings.keyFields) : undefined;
  const identify = identityReader(settings);
  return (item) => {
    const { record } = item;
    const { id, key, start, count, gathered } = readPartial(record, size, aggregates);
    return {
      key: keyOf?.(item) ?? key,
      time: start,
      timeField: 'window.start',
      timeSeen: start,
      identity: () => identify(record),
      addTo(window, _time, partition) {
        const { state } = window;
        state.merged ??= new Set();
        // After a crash its sender may send it once more.
        if (state.merged.has(id)) return;
        state.merged.add(id);
        window.count += count;
        aggregates.merge(state.gathered, gathered);
        notePartition(state, partition);
      },
    };
  };
}

function notePartition(content: WindowContent, partition: string): void {
  if (content.partition === undefined || partition < content.partition) content.partition = partition;
}

function identityReader({ keyFields }: WindowSettings): (record: unknown) => KeyValues {
  const readers = keyFields.map((field) => ({ field, read: fieldReader(field) }));
  return (record) => readers.map(({ field, read }) => [field, read(record)]);
}

/** What cannot be a record must not be counted as one. */
function checkRecord(record: unknown): void {
  const broken =
    record === undefined || record === null || record instanceof Uint8Array || Number.isNaN(record);
  if (broken) throw new RecordError('payload', record, 'a record: an object, a number or text');
}
