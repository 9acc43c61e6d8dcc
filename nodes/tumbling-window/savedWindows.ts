/** How windows stand in a checkpoint: the settings that made them, how far time had come, and a part for each key. */
import type { SavedPart, SavedParts } from '../../lib/delivery/checkpoint/Keeping';
import type { Aggregates } from '../../lib/windows/aggregates';
import { joinKeys, joinTimes, type JoinableTime } from '../../lib/windows/joined';
import { pack, type Packable } from '../../lib/windows/state/packed';
import { markIn, readPart, startIn } from '../../lib/windows/state/savedPart';
import { countIn, listIn, textIn, tupleIn } from '../../lib/windows/state/State';
import type { KeyState, OpenWindow } from '../../lib/windows/WindowsOfKey';
import type { WindowContent } from '../../lib/windows/WindowContent';
import { joinContents } from './joined';
import { sizeOf, type WindowSettings } from './settings';

/** Field and value of each key field. */
export type KeyValues = readonly (readonly [field: string, value: unknown])[];
export type SavedKey = KeyState<WindowContent, KeyValues>;

export interface SavedTime extends JoinableTime {
  /** how many records came too late */
  readonly late: number;
}

export const settingsPart = 'settings';
export const timePart = 'time';
const keyPrefix = 'key ';

/** Partitions and windows that one list may hold; damaged numbers must not fill the memory. */
const maxEntries = 10_000_000;

export function keyPart(key: string): string {
  return keyPrefix + key;
}

export function isKeyPart(part: string): boolean {
  return part.startsWith(keyPrefix);
}

/** The settings that say what is in a window. Windows that others have made must not go on under the same names. */
function making(settings: WindowSettings): Readonly<Record<string, unknown>> {
  const { input, timeSource, timeField, timeFormat, keyFields, aggregates } = settings;
  return { input, size: sizeOf(settings), timeSource, timeField, timeFormat, keyFields, aggregates };
}

export function packSettings(settings: WindowSettings): Uint8Array {
  return pack(Object.entries(making(settings)).map(([name, value]) => [name, JSON.stringify(value)]));
}

/** @throws Error naming the part that cannot be used, or the first setting that has changed since */
export function readParts(
  parts: SavedParts,
  settings: WindowSettings,
  aggregates: Aggregates,
): { time: SavedTime; keys: Map<string, SavedKey>; joined: string[] } {
  checkSettings(parts.get(settingsPart), settings);
  const timed = parts.get(timePart);
  const times = [timed, ...(timed?.joined ?? [])].map(unpackTime);
  const time = { ...joinTimes(times), late: times.reduce((sum, { late }) => sum + late, 0) };
  const keys = new Map<string, SavedKey>();
  const joined: string[] = [];
  for (const [name, part] of parts) {
    if (!isKeyPart(name)) continue;
    const all = [part, ...(part.joined ?? [])].map((one) => unpackKey(name, one, settings, aggregates));
    const key = all[0]![0];
    const states = all.map(([, state]) => state);
    keys.set(
      key,
      joinKeys(states, (one, other) => joinContents(one, other, aggregates)),
    );
    if (all.length > 1) joined.push(key);
  }
  return { time, keys, joined };
}

/** What is in the saved windows is not what these settings would put there. */
export class SettingChanged extends Error {
  constructor(readonly setting: string) {
    super(`the setting "${setting}" has changed since the windows were saved`);
    this.name = 'SettingChanged';
  }
}

/** @throws SettingChanged naming the first one */
function checkSettings(part: SavedPart | undefined, settings: WindowSettings): void {
  const saved = new Map(
    readPart(settingsPart, part, (entries) =>
      listIn(entries, 'settings', maxEntries, (entry, at) => {
        const [name, value] = tupleIn(entry, at, 2);
        return [textIn(name, at), textIn(value, at)] as const;
      }),
    ),
  );
  for (const [name, value] of Object.entries(making(settings))) {
    if (saved.get(name) === JSON.stringify(value)) continue;
    throw new SettingChanged(name);
  }
}

export function packTime({ closedUntil, followed, partitions, late }: SavedTime): Uint8Array {
  return pack([closedUntil, followed, late, partitions]);
}

function unpackTime(part: SavedPart | undefined): SavedTime {
  return readPart(timePart, part, (state) => {
    const [closedUntil, followed, late, partitions] = tupleIn(state, 'time', 4);
    return {
      closedUntil: markIn(closedUntil, 'closedUntil'),
      followed: markIn(followed, 'followed'),
      late: countIn(late, 'late'),
      partitions: listIn(partitions, 'partitions', maxEntries, (entry, at) => {
        const [name, newest] = tupleIn(entry, at, 2);
        return [textIn(name, at), markIn(newest, at)] as const;
      }),
    };
  });
}

export function packKey(key: string, state: SavedKey, aggregates: Aggregates): Uint8Array {
  const { identity, open, flushed, next, silent } = state;
  const windows = [...open].map(
    ([
      start,
      {
        count,
        state: { partition, merged, gathered },
      },
    ]) => {
      const ids = merged ? [...merged] : null;
      return [start, count, partition ?? null, ids, aggregates.save(gathered)];
    },
  );
  const values = identity.map(([, value]) => value as Packable);
  return pack([key, values, next, silent, [...flushed], windows]);
}

function unpackKey(
  name: string,
  part: SavedPart,
  settings: WindowSettings,
  aggregates: Aggregates,
): [key: string, state: SavedKey] {
  const { keyFields } = settings;
  const size = sizeOf(settings);
  return readPart(name, part, (saved) => {
    const [key, values, next, silent, flushed, windows] = tupleIn(saved, 'key', 6);
    const identity = tupleIn(values, 'identity', keyFields.length);
    const state: SavedKey = {
      identity: keyFields.map((field, index) => [field, identity[index]]),
      open: new Map(
        listIn(windows, 'windows', maxEntries, (window, at) => windowIn(window, at, size, aggregates)),
      ),
      flushed: new Map(
        listIn(flushed, 'flushed', maxEntries, (entry, at) => {
          const [start, times] = tupleIn(entry, at, 2);
          return [startIn(start, at, size), countIn(times, at)];
        }),
      ),
      next: startIn(next, 'next', size),
      silent: countIn(silent, 'silent'),
    };
    return [textIn(key, 'key'), state];
  });
}

function windowIn(
  window: unknown,
  at: string,
  size: number,
  aggregates: Aggregates,
): [start: number, window: OpenWindow<WindowContent>] {
  const [start, count, partition, ids, states] = tupleIn(window, at, 5);
  const state: WindowContent = {
    gathered: aggregates.load(states, `${at}[4]`),
    partition: partition === null ? undefined : textIn(partition, `${at}[2]`),
    merged: ids === null ? undefined : new Set(listIn(ids, `${at}[3]`, maxEntries, textIn)),
  };
  return [startIn(start, `${at}[0]`, size), { count: countIn(count, `${at}[1]`), state }];
}
