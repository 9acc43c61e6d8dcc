import type { Interval } from '../../lib/metrics/Interval';
import type { Incident } from '../../lib/metrics/Incident';
import type { Point } from '../../lib/metrics/Point';
import { scoreOf, type Score } from '../../lib/metrics/Score';
import { overlap, stretchesOf } from '../../lib/metrics/stretches';
import { intervalOf, type MetricsSettings } from './settings';

/** Starts of labelled intervals, ms since the epoch, by the key of the series. */
export type Labels = ReadonlyMap<string, ReadonlySet<number>>;

export interface Scores {
  /** by measure: each value by itself */
  readonly points: Readonly<Record<string, Score>>;
  /**
   * Labelled stretches of series, which are found when an incident of any measure impacts the series in the meantime; and
   * incidents, which are right when they impact a series in a labelled stretch of its own.
   */
  readonly windows: Score;
}

interface Count {
  found: number;
  right: number;
  labelled: number;
}

/** Compares what was found with what is labelled. */
export class Findings {
  private readonly counts: readonly Count[];
  private readonly interval: number;
  private values = 0;
  private learning = 0;

  /** @param limit severity from which on a value is strange */
  constructor(
    private readonly settings: MetricsSettings,
    private readonly limit: number,
  ) {
    this.counts = settings.measures.map(() => ({ found: 0, right: 0, labelled: 0 }));
    this.interval = intervalOf(settings);
  }

  /** How many values were compared, and how many of them while their series still learned. */
  get compared(): { readonly values: number; readonly learning: number } {
    const { values, learning } = this;
    return { values, learning };
  }

  /** @param points of each measure, in their order */
  count({ start }: Interval, points: readonly (readonly Point[])[], labels: Labels): void {
    points.forEach((of, at) => {
      const count = this.counts[at]!;
      for (const { key, verdict } of of) {
        const isFound = verdict.severity >= this.limit && isStrange(verdict);
        const isLabelled = labels.get(key)?.has(start) ?? false;
        this.values++;
        if (verdict.warmup) this.learning++;
        if (isFound) count.found++;
        if (isLabelled) count.labelled++;
        if (isFound && isLabelled) count.right++;
      }
    });
  }

  /** @param from when the test began: labels from before do not count */
  scores(found: readonly Incident[], labels: Labels, from: number): Scores {
    const points = this.settings.measures.map(({ name }, at): [string, Score] => {
      const { found, right, labelled } = this.counts[at]!;
      return [name, scoreOf({ found, foundRight: right, labelled, labelledFound: right })];
    });
    return { points: Object.fromEntries(points), windows: this.windows(found, labels, from) };
  }

  private windows(found: readonly Incident[], labels: Labels, from: number): Score {
    // A detector may need an interval more to see it, and an incident goes on for some quiet ones.
    const tolerance = this.settings.closeAfter * this.interval;
    const right = new Set<string>();
    let labelled = 0;
    let labelledFound = 0;
    for (const [key, starts] of labels) {
      const tested = [...starts].filter((start) => start >= from);
      for (const stretch of stretchesOf(tested, tolerance)) {
        const hits = found.filter(
          ({ impacts, onset, last }) =>
            impacts.has(key) && overlap(stretch, { from: onset, until: last }, tolerance),
        );
        labelled++;
        if (hits.length > 0) labelledFound++;
        for (const { id } of hits) right.add(id);
      }
    }
    return scoreOf({ found: found.length, foundRight: right.size, labelled, labelledFound });
  }
}

/** What goes on is told once, but each of its values is found. */
function isStrange({ suppressed }: Point['verdict']): boolean {
  return suppressed === undefined || suppressed === 'same-run';
}
