import type { BlobFolder } from '../../lib/delivery/checkpoint/BlobFolder';
import type { Alert } from '../../lib/metrics/alert';
import type { Events } from '../../lib/metrics/announced';
import { Cube } from '../../lib/metrics/Cube';
import type { Interval, Taken } from '../../lib/metrics/Interval';
import type { Incident } from '../../lib/metrics/Incident';
import type { SeriesFault } from '../../lib/metrics/Judge';
import { labelReader, type ReadLabel } from '../../lib/metrics/labels';
import type { RecordInMessage } from '../../lib/records/messageProperty';
import { atOnce, type Steps } from '../../lib/steps/Steps';
import type { Instant } from '../../lib/windows/Watermark';
import { alertFor } from './messages';
import { cubeOptions } from './options';
import { Findings, type Scores } from './Findings';
import { intervalOf, learningOf, type MetricsSettings } from './settings';
import { warningsOf } from './warnings';
import { Watch } from './Watch';

/** Times in ISO 8601; `until` belongs to what comes after. */
interface Span {
  readonly from: string;
  readonly until: string;
  readonly intervals: number;
}

/** What a backtest found: the payload of its message. */
export interface BacktestReport extends Scores {
  readonly rows: number;
  readonly series: number;
  readonly learned: Span;
  readonly tested: Span;
  /** as they were at their end, in the order of their beginnings */
  readonly incidents: readonly Alert[];
  /** why the report says less than it seems to; empty when it had enough to go by */
  readonly warnings: readonly string[];
}

/** intervals of all series that one backtest gathers */
const mostGathered = 5_000_000;

/**
 * How good the node would have been. Gathers rows in any order; then the first part of the time is learned, and the rest is
 * judged as if it came live, and compared with the labels of the rows.
 */
export class Backtest {
  private readonly cube: Cube;
  private readonly watch: Watch;
  private readonly isLabelled: ReadLabel;
  /** starts of labelled intervals by key */
  private readonly labels = new Map<string, Set<number>>();
  private rowCount = 0;

  /** @param blobs where models are written to that memory has no room for */
  constructor(
    private readonly settings: MetricsSettings,
    blobs: BlobFolder,
    sender: string,
    events: Events,
  ) {
    // No row is late, as no interval is over before the end.
    this.cube = new Cube({ ...cubeOptions(settings), offset: Infinity, maxOpen: mostGathered });
    this.watch = new Watch(settings, blobs, sender, events);
    this.isLabelled = labelReader(settings.labelField);
  }

  get rows(): number {
    return this.rowCount;
  }

  /** @throws RecordError when the row cannot be counted */
  take(item: RecordInMessage, now: Instant): Taken {
    const admit = (key: string) => this.watch.admit(key);
    const taken = atOnce(this.cube.take(item, now, admit, () => undefined));
    if (taken !== 'counted') return taken;
    this.rowCount++;
    if (this.isLabelled(item)) {
      const { key, start } = this.cube.placeOf(item);
      const known = this.labels.get(key);
      if (known) known.add(start);
      else this.labels.set(key, new Set([start]));
    }
    return taken;
  }

  /**
   * Learns and tests in steps, so that the caller may do other things in between. At the end the backtest is of no more use.
   * @param onFault is told what could not be judged
   * @returns undefined when there were no rows
   */
  *run(onFault: (fault: SeriesFault) => void): Steps<BacktestReport | undefined> {
    const intervals: Interval[] = [];
    yield* this.cube.flush((interval) => void intervals.push(interval));
    const [first, last] = [intervals[0], intervals.at(-1)];
    if (!first || !last) return undefined;
    const boundary = first.start + (this.settings.learnShare / 100) * (last.end - first.start);
    const tested = intervals.filter(({ start }) => start >= boundary);
    const findings = new Findings(this.settings, this.watch.limit);
    const found = new Map<string, { readonly incident: Incident; readonly alert: Alert }>();
    for (const interval of intervals) {
      if (interval.start < boundary) (yield* this.watch.learn(interval)).forEach(onFault);
      else {
        const { told, points, faults } = yield* this.watch.look(interval);
        faults.forEach(onFault);
        findings.count(interval, points, this.labels);
        for (const each of told) {
          found.set(each.incident.id, { incident: each.incident, alert: alertFor(each, this.settings) });
        }
      }
    }
    const { series } = this.watch;
    this.watch.close();
    const untested = intervals.slice(0, intervals.length - tested.length);
    const spans = { learned: this.spanOf(untested, first.start), tested: this.spanOf(tested, last.end) };
    const incidents = [...found.values()].map(({ incident }) => incident);
    const scores = findings.scores(incidents, this.labels, boundary);
    const { truePositives, falseNegatives } = scores.windows;
    const warnings = warningsOf({
      learned: spans.learned.intervals,
      tested: spans.tested.intervals,
      ...findings.compared,
      needed: learningOf(this.settings),
      isLabelled: this.labels.size > 0,
      isTestLabelled: truePositives + falseNegatives > 0,
    });
    const alerts = [...found.values()].map(({ alert }) => alert);
    return { rows: this.rowCount, series, ...spans, ...scores, incidents: alerts, warnings };
  }

  private spanOf(intervals: readonly Interval[], otherwise: number): Span {
    const from = intervals[0]?.start ?? otherwise;
    const until = intervals.at(-1)?.end ?? otherwise;
    const size = intervalOf(this.settings);
    return {
      from: new Date(from).toISOString(),
      until: new Date(until).toISOString(),
      // Those without any row count too.
      intervals: Math.round((until - from) / size),
    };
  }
}
