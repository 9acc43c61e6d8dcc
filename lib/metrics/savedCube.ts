/**
 * How a cube stands in a checkpoint: how far time had come, a part for each combination that has rows waiting or is filled,
 * and one for each that is quiet.
 */
import type { SavedPart, SavedParts } from '../delivery/checkpoint/Keeping';
import { joinKeys, joinTimes, type JoinableTime } from '../windows/joined';
import { pack } from '../windows/state/packed';
import { markIn, readPart, startIn } from '../windows/state/savedPart';
import { countIn, listIn, numberIn, textIn, tupleIn } from '../windows/state/State';
import type { KeyState, OpenWindow } from '../windows/WindowsOfKey';
import type { DimensionValues } from './dimensions';
import type { Measures, Tallies } from './measures';

type SavedCell = KeyState<Tallies, DimensionValues>;

/** Times in ms, but for `followed` as the clock shows them; -Infinity before anything was there. */
export interface SavedTime extends JoinableTime {
  readonly newest: number;
  readonly historyUntil: number;
}

interface Shape {
  readonly dimensions: readonly string[];
  readonly interval: number;
}

export const timePart = 'time';
const cellPrefix = 'cell ';
const quietPrefix = 'quiet ';
/** entries of one list at most; damaged numbers must not fill the memory */
const maxEntries = 10_000_000;

export function cellPart(key: string): string {
  return cellPrefix + key;
}

export function quietPart(key: string): string {
  return quietPrefix + key;
}

/** Whether a part is one of these. */
export function isCubePart(part: string): boolean {
  return part === timePart || part.startsWith(cellPrefix) || part.startsWith(quietPrefix);
}

export function packTime({ closedUntil, followed, newest, historyUntil, partitions }: SavedTime): Uint8Array {
  return pack([closedUntil, followed, newest, historyUntil, partitions]);
}

export function packCell(key: string, state: SavedCell, measures: Measures): Uint8Array {
  const { identity, open, flushed, next, silent } = state;
  const windows = [...open].map(([start, window]) => [start, window.count, measures.save(window.state)]);
  return pack([key, identity, next, silent, [...flushed], windows]);
}

/** @param since when it fell quiet, as the clock shows it; ms */
export function packQuiet(key: string, since: number): Uint8Array {
  return pack([key, since]);
}

interface SavedCube {
  readonly time: SavedTime;
  readonly cells: ReadonlyMap<string, SavedCell>;
  readonly quiet: ReadonlyMap<string, number>;
  /** combinations that several partitions had waiting, which a merge has made one */
  readonly joined: readonly string[];
}

/** @returns undefined when nothing was saved. @throws Error naming the part that cannot be used */
export function readCube(parts: SavedParts, measures: Measures, shape: Shape): SavedCube | undefined {
  const saved = parts.get(timePart);
  if (!saved) return undefined;
  const times = allOf(saved).map((part) => readPart(timePart, part, timeIn));
  const cells = new Map<string, SavedCell>();
  const quiet = new Map<string, number>();
  const joined: string[] = [];
  for (const [name, part] of parts) {
    if (name.startsWith(quietPrefix)) quiet.set(...readPart(name, part, quietIn));
    if (!name.startsWith(cellPrefix)) continue;
    const all = allOf(part).map((one) => readPart(name, one, (state) => cellIn(state, measures, shape)));
    const key = all[0]![0];
    const states = all.map(([, state]) => state);
    cells.set(
      key,
      joinKeys(states, (one, other) => {
        measures.merge(one, other);
        return one;
      }),
    );
    if (all.length > 1) joined.push(key);
  }
  const time = {
    ...joinTimes(times),
    newest: Math.max(...times.map(({ newest }) => newest)),
    historyUntil: Math.max(...times.map(({ historyUntil }) => historyUntil)),
  };
  return { time, cells, quiet, joined };
}

/** A part of all partitions that became one by a merge. */
function allOf(part: SavedPart): SavedPart[] {
  return [part, ...(part.joined ?? [])];
}

function timeIn(state: unknown): SavedTime {
  const [closedUntil, followed, newest, historyUntil, partitions] = tupleIn(state, 'time', 5);
  return {
    closedUntil: markIn(closedUntil, 'closedUntil'),
    followed: markIn(followed, 'followed'),
    newest: markIn(newest, 'newest'),
    historyUntil: markIn(historyUntil, 'historyUntil'),
    partitions: listIn(partitions, 'partitions', maxEntries, (entry, at) => {
      const [name, mark] = tupleIn(entry, at, 2);
      return [textIn(name, at), markIn(mark, at)] as const;
    }),
  };
}

function cellIn(saved: unknown, measures: Measures, shape: Shape): [key: string, state: SavedCell] {
  const [key, values, next, silent, flushed, windows] = tupleIn(saved, 'cell', 6);
  const { interval } = shape;
  const state: SavedCell = {
    identity: tupleIn(values, 'dimensions', shape.dimensions.length).map((value) =>
      textIn(value, 'dimensions'),
    ),
    open: new Map(
      listIn(windows, 'intervals', maxEntries, (entry, at): [number, OpenWindow<Tallies>] => {
        const [start, count, tallies] = tupleIn(entry, at, 3);
        const window = { count: countIn(count, at), state: measures.load(tallies, at) };
        return [startIn(start, at, interval), window];
      }),
    ),
    flushed: new Map(
      listIn(flushed, 'flushed', maxEntries, (entry, at): [number, number] => {
        const [start, times] = tupleIn(entry, at, 2);
        return [startIn(start, at, interval), countIn(times, at)];
      }),
    ),
    next: startIn(next, 'next', interval),
    silent: countIn(silent, 'silent'),
  };
  return [textIn(key, 'key'), state];
}

function quietIn(saved: unknown): [key: string, since: number] {
  const [key, since] = tupleIn(saved, 'quiet', 2);
  return [textIn(key, 'key'), numberIn(since, 'since')];
}
