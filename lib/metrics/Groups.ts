import type { PartChange, SavedParts } from '../delivery/checkpoint/Keeping';
import type { Direction } from '../detection/explanation';
import { anomalySeverity } from '../detection/Severity';
import { SteadySeverity } from '../detection/series/SteadySeverity';
import { ChangedNames } from '../windows/state/ChangedNames';
import { pack, unpack } from '../windows/state/packed';
import { numberIn, listIn } from '../windows/state/State';
import { jointSeverity } from './severity';
import { outOfBand, deviationsOf } from './deviations';
import type { Point } from './Point';

/** Series of one measure that have a dimension's value in common, or all of them, and are off to one side together. */
export interface Group {
  readonly name: string;
  /** how far: the deviations of its series, each in usual ones, added up and divided by the root of their number; below 0 when low */
  readonly off: number;
  /** how rare that is for the group, 0 to 100 */
  readonly severity: number;
  /** those of its series that lie beyond what is usual, on its side */
  readonly points: readonly Point[];
}

/** What one interval says of the groups of a measure. */
export interface GroupsSeen {
  /** the one that is off furthest of those whose severity is that of an anomaly */
  readonly strange: Group | undefined;
  of(name: string): Group | undefined;
}

/** What is usual of one quantity of a group. */
interface View {
  readonly severity: SteadySeverity;
  /** whether it was strange in the latest interval */
  wasStrange: boolean;
}

/** And of a running mean of it. */
interface MeanView extends View {
  mean: number;
}

/** What is usual for one group. */
interface Usual {
  /** how far it is off in an interval */
  readonly now: View;
  /** how far it is off in the mean of the latest intervals, of few and of more */
  readonly lately: readonly MeanView[];
  intervals: number;
  /** start of the latest interval, ms since the epoch */
  last: number;
}

export interface GroupRules {
  /** how many dimensions there are */
  readonly dimensions: number;
  /** on which side strange groups count */
  readonly direction: 'both' | 'high' | 'low';
  /** whether the number of the groups counts, see jointSeverity */
  readonly jointly: boolean;
  /** groups that have not been seen for so long are forgotten, ms */
  readonly patience: number;
}

/** Intervals until a group knows what is usual. */
const needed = 100;
/** How much the latest interval counts in the means of the latest: about seven count, and about nineteen. */
const latestParts = [0.25, 0.1] as const;
/** When it is off by a smaller part of such a mean, something strange is over, and the mean begins anew. */
const lastingPart = 0.25;
const mostNumbers = 100;
const prefix = 'group ';

/**
 * Finds what no series shows alone: twelve series of a country that are all somewhat low. Deviations that have nothing to do
 * with each other add up like the root of their number, those of one cause like their number (Stouffer's method; Whitlock,
 * Journal of Evolutionary Biology 18, 2005). They never are quite independent, for all series have the same weather and
 * the same Sundays, so what a sum is worth is not computed but learned, by each group from its own.
 */
export class Groups {
  private usual = new Map<string, Usual>();
  private readonly changed = new ChangedNames();

  constructor(private readonly rules: GroupRules) {}

  /**
   * Judges the groups of a measure by what they were before, and then learns it.
   * @param time start of the interval, ms since the epoch
   */
  judge(measure: string, time: number, points: readonly Point[]): GroupsSeen {
    const sums = deviationsOf(measure, points, this.rules.dimensions);
    const groups = new Map<string, Omit<Group, 'points'>>();
    for (const [name, { sum, count, learning }] of sums) {
      const off = sum / Math.sqrt(count);
      const severity = this.learn(name, time, off);
      // What is expected of most of its series is not to be relied on yet.
      groups.set(name, { name, off, severity: 2 * learning > count ? 0 : severity });
    }
    this.forgetOld(time);
    const whole = ({ name, off, severity }: Omit<Group, 'points'>): Group => ({
      name,
      off,
      severity: jointSeverity([{ severity, off: Math.abs(off) }], this.rules.jointly ? groups.size : 1),
      points: outOfBand(measure, points, name, directionOf(off)),
    });
    let strange: Omit<Group, 'points'> | undefined;
    for (const group of groups.values()) {
      if (group.severity < anomalySeverity || !this.isWanted(directionOf(group.off))) continue;
      if (!strange || Math.abs(group.off) > Math.abs(strange.off)) strange = group;
    }
    return {
      strange: strange && whole(strange),
      of: (name) => {
        const group = groups.get(name);
        return group && whole(group);
      },
    };
  }

  /** Forgets what is usual for all groups. */
  forget(): void {
    for (const name of this.usual.keys()) this.changed.noteGone(name);
    this.usual.clear();
  }

  changes(): PartChange[] {
    return this.changed.take(this.usual).map(([name, usual]): PartChange => {
      const part = prefix + name;
      if (!usual) return { part, remove: true };
      const { intervals, last, now, lately } = usual;
      const means = lately.map(({ mean }) => mean);
      const views = [now, ...lately].map(({ wasStrange, severity }) => [
        Number(wasStrange),
        ...severity.state(),
      ]);
      return { part, put: pack([[intervals, last, ...means], ...views]) };
    });
  }

  /**
   * Goes on from what `changes` has told, which may stand among other parts.
   * @throws Error naming the part that cannot be used; nothing has changed then
   */
  restore(parts: SavedParts): void {
    const saved = [...parts].filter(([part]) => isGroupPart(part));
    const usual = saved.map(([part, { base }]): [string, Usual] => [
      part.slice(prefix.length),
      usualIn(part, base),
    ]);
    this.usual = new Map(usual.sort(([, a], [, b]) => a.last - b.last));
    this.changed.begin(this.usual.keys());
  }

  /**
   * How severe it is for the group to be off so far, or to be off for so long: what is a little off for hours is as strange
   * as what is far off once (Roberts, Technometrics 1, 1959).
   */
  private learn(name: string, time: number, off: number): number {
    const usual = this.usual.get(name) ?? {
      now: viewOf(),
      lately: meansOf([], []),
      intervals: 0,
      last: time,
    };
    // Those that were seen last come last.
    this.usual.delete(name);
    this.usual.set(name, usual);
    this.changed.note(name);
    usual.last = time;
    const wasStrange = [usual.now, ...usual.lately].some((view) => view.wasStrange);
    const now = judged(usual.now, Math.abs(off));
    const lately = usual.lately.map((view, at) => {
      if (wasStrange && off / view.mean < lastingPart) view.mean = 0;
      view.mean += latestParts[at]! * (off - view.mean);
      return judged(view, Math.abs(view.mean));
    });
    return usual.intervals++ < needed ? 0 : Math.max(now, ...lately);
  }

  private forgetOld(time: number): void {
    for (const [name, { last }] of this.usual) {
      if (time - last < this.rules.patience) return;
      this.usual.delete(name);
      this.changed.noteGone(name);
    }
  }

  private isWanted(side: Direction): boolean {
    const { direction } = this.rules;
    return direction === 'both' || side === (direction === 'high' ? 'HIGH' : 'LOW');
  }
}

/** How severe a size is, by those before it, from which it is then one. */
function judged(view: View, size: number): number {
  const severity = view.severity.of(size);
  view.severity.learn(size, view.wasStrange);
  view.wasStrange = severity >= anomalySeverity;
  return severity;
}

/** @param saved a fresh one, if left out */
function viewOf(saved?: readonly number[]): View {
  if (!saved) return { severity: new SteadySeverity(), wasStrange: false };
  const [wasStrange, ...severity] = saved;
  return { severity: new SteadySeverity(severity), wasStrange: wasStrange === 1 };
}

/** Fresh ones where what was saved has none, as there were fewer once. */
function meansOf(means: readonly number[], views: readonly (readonly number[])[]): MeanView[] {
  return latestParts.map((_, at) => ({ ...viewOf(views[at]), mean: means[at] ?? 0 }));
}

/** Whether a part is one of these. */
export function isGroupPart(part: string): boolean {
  return part.startsWith(prefix);
}

function directionOf(off: number): Direction {
  return off < 0 ? 'LOW' : 'HIGH';
}

/** @throws Error naming the part and saying why it cannot be used */
function usualIn(part: string, base: Uint8Array | undefined): Usual {
  try {
    const saved = base && unpack(base);
    // As it was kept before there was a mean: numbers alone.
    const isFormer = Array.isArray(saved) && typeof saved[0] === 'number';
    if (isFormer) {
      const [intervals = 0, last = 0, ...now] = listIn(saved, 'group', mostNumbers, numberIn);
      return { intervals, last, now: viewOf(now), lately: meansOf([], []) };
    }
    const [own = [], now = [], ...views] = listIn(saved, 'group', 2 + latestParts.length, (each) =>
      listIn(each, 'view', mostNumbers, numberIn),
    );
    const [intervals = 0, last = 0, ...means] = own;
    return { intervals, last, now: viewOf(now), lately: meansOf(means, views) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`the saved part "${part}" cannot be used: ${reason}`, { cause: error });
  }
}
