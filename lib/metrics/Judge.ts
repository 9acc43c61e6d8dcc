import type { ModelStore } from '../delivery/models/ModelStore';
import type { Cell, Interval } from './Cube';
import type { Point } from './Point';
import type { SeriesModel, SeriesModels } from './SeriesModels';

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

/** Lets the models of all series judge and learn what an interval held. */
export class Judge {
  constructor(
    private readonly kind: SeriesModels,
    private readonly models: ModelStore<SeriesModel>,
    private readonly measures: readonly string[],
  ) {}

  /** Judges each value and then learns it. */
  judge(interval: Interval): Judged {
    const byCell: (Point | undefined)[][] = [];
    const faults = this.forEach(interval, (model, cell, place) => {
      byCell[place] = model.map((detector, at) => {
        const value = cell.values[at]!;
        if (this.kind.isSkipped(value)) return undefined;
        const verdict = detector.process(interval.start, [value]);
        return { key: cell.key, dimensions: cell.dimensions, value, verdict };
      });
    });
    const points = this.measures.map((_, at) =>
      byCell.map((cell) => cell[at]).filter((point) => point !== undefined),
    );
    return { points, faults };
  }

  /** Learns history. */
  learn(interval: Interval): readonly SeriesFault[] {
    return this.forEach(interval, (model, cell) =>
      this.kind.learn(model, Float64Array.of(interval.start, ...cell.values)),
    );
  }

  private forEach(
    { start, cells }: Interval,
    teach: (model: SeriesModel, cell: Cell, place: number) => void,
  ): SeriesFault[] {
    const faults: SeriesFault[] = [];
    // Those in memory first: what has to come would send them away. No series depends on another, so order is free.
    const places = [...cells.keys()];
    const isLive = cells.map(({ key }) => this.models.isLive(key));
    for (const place of [...places.filter((at) => isLive[at]), ...places.filter((at) => !isLive[at])]) {
      const cell = cells[place]!;
      try {
        this.refuseInfinite(cell);
        teach(this.models.use(cell.key), cell, place);
        this.models.learned(cell.key, [start, ...cell.values]);
      } catch (error) {
        faults.push({ key: cell.key, time: start, error });
      }
    }
    return faults;
  }

  /** Before any detector has learned a part of it. */
  private refuseInfinite({ values }: Cell): void {
    values.forEach((value, at) => {
      if (Math.abs(value) !== Infinity) return;
      throw new RangeError(`${this.measures[at]} must be a number that a double can hold, got ${value}`);
    });
  }
}
