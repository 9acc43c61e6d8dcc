import { Dice } from '../Dice';
import { metricKinds, type MetricKind } from './metrics';

/** What is usual on the machines of one fleet, and what goes wrong there. */
export interface Fleet {
  /** between records in ms */
  readonly interval: number;
  readonly load: {
    /** part of the load's variance that the time of day brings, and how many waves give it its shape */
    readonly daily: number;
    readonly waves: number;
    /** how much lower weekends are */
    readonly weekend: number;
    /** records after which the rest of it is another one */
    readonly memory: number;
    /** chance a record of a peak that is nothing wrong */
    readonly peaks: number;
  };
  /** what runs again and again, and moves some metrics */
  readonly jobs: readonly Job[];
  /** part of a metric's variance that is its own */
  readonly own: number;
  /** chance a record of a single far value of a metric, which is nothing wrong either */
  readonly strays: number;
  /** deploys among 10,000 records, after which some metrics are at other levels for good */
  readonly deploys: number;
  /** part of the metrics that say nearly the same as another one, in a unit of their own */
  readonly copies: number;
  /** how often each kind of metric is there */
  readonly kinds: Readonly<Record<MetricKind, number>>;
  readonly incidents: Incidents;
}

interface Job {
  /** records from one run to the next, and of a run */
  readonly every: number;
  readonly lasts: number;
  /** part of the metrics that it moves, and how far, in deviations */
  readonly part: number;
  readonly strength: number;
}

interface Incidents {
  /** part of the records that are labelled */
  readonly labelled: number;
  /** records of a label at most; few have as many */
  readonly longest: number;
  /** metrics affected at most */
  readonly metrics: number;
  /** deviations at most; the least is a fifth of it */
  readonly strength: number;
  /** the part of a label in which something is wrong at all, at least */
  readonly cover: number;
  /** how much of a label may pass before it shows, or have passed when people notice */
  readonly shifted: number;
}

const minute = 60_000;
const dayLength = 1440 * minute;

/** A fleet like no other: everything about it is drawn from wide ranges. */
export function drawnFleet(seed: number): Fleet {
  const dice = new Dice(seed);
  const interval = minute * Number(dice.oneOf({ '0.5': 1, '1': 3, '5': 3 }));
  return {
    interval,
    load: {
      daily: dice.happens(0.3) ? 0 : dice.between(0.1, 0.9),
      waves: 1 + dice.below(5),
      weekend: dice.happens(0.5) ? 0 : dice.uniform(),
      memory: dice.timesBetween(3, 500),
      peaks: dice.happens(0.5) ? dice.timesBetween(0.0001, 0.001) : 0,
    },
    jobs: Array.from({ length: dice.below(4) }, () => jobOf(dice, interval)),
    own: dice.between(0.05, 0.8),
    strays: dice.happens(0.5) ? dice.timesBetween(0.00003, 0.001) : 0,
    deploys: dice.below(4),
    copies: dice.between(0, 0.4),
    kinds: Object.fromEntries(
      Object.entries(metricKinds).map(([kind, often]) => [kind, often * dice.uniform() ** 2]),
    ) as Fleet['kinds'],
    incidents: {
      labelled: dice.timesBetween(0.01, 0.1),
      longest: dice.timesBetween(60, 1000),
      metrics: 1 + dice.below(6),
      strength: dice.timesBetween(6, 40),
      cover: dice.between(0.3, 1),
      shifted: dice.between(0, 0.4),
    },
  };
}

function jobOf(dice: Dice, interval: number): Job {
  const isDaily = dice.happens(0.5);
  const every = isDaily ? dayLength / interval : Math.round(dice.timesBetween(10, 300));
  const lasts = Math.ceil(isDaily ? dice.timesBetween(3, every / 10) : every * dice.between(0.02, 0.3));
  return { every, lasts, part: dice.between(0.03, 0.4), strength: dice.timesBetween(0.5, 4) };
}
