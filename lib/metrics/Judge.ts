import type { ModelStore } from '../delivery/models/ModelStore';
import type { Steps } from '../steps/Steps';
import type { Impact } from './Incident';
import type { Cell, Interval } from './Interval';
import type { Point } from './Point';
import type { SeriesModel, SeriesModels } from './SeriesModels';
import type { Silences } from './Silences';

/** Why the value of one series could not be judged. */
export interface SeriesFault {
  readonly key: string;
  readonly time: number;
  readonly error: unknown;
}

export interface Judged {
  /** of each measure, in their order; those of one measure in the order of their keys */
  readonly points: readonly (readonly Point[])[];
  readonly faults: readonly SeriesFault[];
}

/** How a series is impacted by an incident that goes on. */
export type Impacted = (measure: string, key: string) => Impact | undefined;

/**
 * What it takes, beside the values themselves, to look at a series, and to have one in memory whose model is not there: see
 * Steps. What its model has to learn again comes on top.
 */
const [perSeries, perModel] = [0.05, 20];

/** Lets the models of all series judge and learn what an interval held. */
export class Judge {
  constructor(
    private readonly kind: SeriesModels,
    private readonly models: ModelStore<SeriesModel>,
    private readonly silences: Silences,
    private readonly measures: readonly string[],
  ) {}

  /**
   * Judges each value and then learns it. A silence that was told of is neither judged nor learned while it goes on: it is
   * strange until rows come again, and must not make the next one look usual.
   */
  *judge(interval: Interval, impacted: Impacted): Steps<Judged> {
    const byCell: (readonly (Point | undefined)[] | undefined)[] = [];
    for (const cell of interval.cells) {
      byCell.push(this.silenceThatGoesOn(cell, impacted));
      yield perSeries;
    }
    const isToBeJudged = (_: Cell, place: number) => byCell[place] === undefined;
    const faults = yield* this.forEach(interval, isToBeJudged, (model, cell, place) => {
      byCell[place] = model.map((detector, at) => {
        const value = cell.values[at]!;
        if (this.kind.isSkipped(value)) return undefined;
        const point = pointOf(cell, value, detector.process(interval.start, [value]));
        const [shape] = detector.shapes;
        return this.silences.judge({ ...point, ...(shape ? { shape } : {}) }, this.measures[at]!);
      });
    });
    const points = this.measures.map((_, at) =>
      byCell.map((cell) => cell?.[at]).filter((point) => point !== undefined),
    );
    return { points, faults };
  }

  /** Learns history. */
  learn(interval: Interval): Steps<readonly SeriesFault[]> {
    return this.forEach(
      interval,
      () => true,
      (model, cell) => this.kind.learn(model, Float64Array.of(interval.start, ...cell.values)),
    );
  }

  /** @returns undefined when there is none, or nobody was told of it */
  private silenceThatGoesOn(cell: Cell, impacted: Impacted): (Point | undefined)[] | undefined {
    if (cell.silent < 2) return undefined;
    const points = this.measures.map((measure, at) => {
      const impact = impacted(measure, cell.key);
      if (impact?.silent !== cell.silent - 1) return undefined;
      return pointOf(cell, cell.values[at]!, verdictStill(measure, impact));
    });
    return points.some((point) => point !== undefined) ? points : undefined;
  }

  private *forEach(
    { start, cells }: Interval,
    wanted: (cell: Cell, place: number) => boolean,
    teach: (model: SeriesModel, cell: Cell, place: number) => void,
  ): Steps<SeriesFault[]> {
    const faults: SeriesFault[] = [];
    // Those in memory first: what has to come would send them away. No series depends on another, so order is free.
    const places = [...cells.keys()].filter((at) => wanted(cells[at]!, at));
    const isLive = cells.map(({ key }) => this.models.isLive(key));
    for (const place of [...places.filter((at) => isLive[at]), ...places.filter((at) => !isLive[at])]) {
      yield this.costOf(cells[place]!);
      const cell = this.finite(cells[place]!, start, faults);
      try {
        teach(this.models.use(cell.key), cell, place);
        this.models.learned(cell.key, [start, ...cell.values]);
      } catch (error) {
        faults.push({ key: cell.key, time: start, error });
      }
    }
    return faults;
  }

  /** What it takes to teach it, see Steps. */
  private costOf({ key, values: { length } }: Cell): number {
    return this.models.isLive(key) ? length : length + perModel + this.models.lessonsBehind(key) * length;
  }

  /** A cell in which what no detector can learn is missing; the other measures are judged all the same. */
  private finite(cell: Cell, time: number, faults: SeriesFault[]): Cell {
    const { key, values } = cell;
    if (!values.some(isInfinite)) return cell;
    values.forEach((value, at) => {
      if (!isInfinite(value)) return;
      const where = `${this.measures[at]}${key === '' ? '' : ` of ${key}`} at ${new Date(time).toISOString()}`;
      const error = new RangeError(`${where} must be a number that a double can hold, got ${value}`);
      faults.push({ key, time, error });
    });
    return { ...cell, values: values.map((value) => (isInfinite(value) ? NaN : value)) };
  }
}

function isInfinite(value: number): boolean {
  return Math.abs(value) === Infinity;
}

function pointOf({ key, dimensions, silent }: Cell, value: number, verdict: Point['verdict']): Point {
  return { key, dimensions, value, silent, verdict };
}

function verdictStill(measure: string, { score, severity, direction, expected }: Impact): Point['verdict'] {
  return {
    score,
    severity,
    isNews: false,
    isAnomaly: false,
    lag: 0,
    ...(direction ? { direction } : {}),
    ...(expected ? { expected: { [measure]: expected } } : {}),
    suppressed: 'same-run',
  };
}
