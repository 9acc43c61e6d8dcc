import { RandomCutForest } from '../../random-cut-forest';
import { flatState } from '../flatState';
import { ln1p } from '../../random-cut-forest/deterministicMath';
import { Comings } from './Comings';
import { forestOptions, type Judge, type JudgeState, type Look, type Size } from './Judge';
import { Scaling } from './Scaling';
import { SeenValues } from './SeenValues';
import type { Shape } from './Shape';
import { ShapeFinder } from './ShapeFinder';
import { UsualHours } from './UsualHours';

/** The running scale: about 500 records. */
const rate = 0.002;
const furthest = 1e6;
/** In heavy tails far values belong to the scale; only one that is out of all proportion does not. */
const reach = 100;
/** How far the hours of a day lie apart, in deviations of the value. */
const dayRadius = 4;
/** What each view counts beside the forest's score; `docs/detection.md` has what they bring. */
const usualWeights = { value: 4, change: 1.5 };
const novelties = {
  full: { capacity: 4096, memory: 100_000, few: 512 },
  compact: { capacity: 512, memory: 20_000, few: 64 },
};
/** Records for which a view that begins with a shape only learns. */
const settling = 100;
/** What is smaller than this part of small values is as good as 0. */
const nothing = 0.01;

/** What is needed while a record is judged, of all series: the value, scaled; that and the time of day on a circle; its parts. */
const scaled = new Float64Array(1);
const point = new Float64Array(3);
const pointParts = new Float64Array(6);

/**
 * Judges records of one value by three views, added up:
 *
 * - a random cut forest of the value and the time of day, which finds what is unusual for its hour and what is rare;
 * - how novel the value itself is, exactly (SeenValues);
 * - how novel its change since the record before is: in a series that drifts every value is novel some day.
 *
 * A fourth depends on the shape of the series. Where it is skewed: how novel a value below the usual one is as a ratio, since
 * next to bytes by the million a hundred are as good as 10,000. Where it is sparse: how often something comes (Comings).
 */
export class JudgeOfOne implements Judge {
  readonly parts = new Float64Array(2);
  private readonly forest: RandomCutForest;
  private readonly scaling: Scaling;
  private readonly values: SeenValues;
  private readonly changes: SeenValues;
  private readonly finder: ShapeFinder;
  private readonly comings: Comings;
  /** of a sparse series alone */
  private hours: UsualHours | undefined;
  private ratios: SeenValues;
  /** the latest value; whether there was one; records since the series took its shape */
  private readonly latest: Float64Array;
  /** whether the last record was strange because something had not come for so long */
  isOverdue = false;

  /** @param weights others than the usual ones show what a view brings */
  constructor(
    private readonly size: Size,
    seed: number,
    state?: JudgeState,
    private readonly weights = usualWeights,
  ) {
    const { capacity, memory, few } = novelties[size];
    const numbers = state?.numbers ?? [];
    this.scaling = new Scaling(1, rate, furthest, reach, numbers[0]);
    this.values = new SeenValues(capacity, memory, numbers[1]);
    this.changes = new SeenValues(capacity, memory, numbers[2]);
    this.latest = flatState('the latest value', 3, numbers[3]);
    this.finder = new ShapeFinder(numbers[4]);
    this.comings = new Comings(few, numbers[5]);
    this.ratios = new SeenValues(few, memory, numbers[6]);
    const hours = numbers[7];
    this.hours = hours && hours.length > 0 ? new UsualHours(hours) : undefined;
    this.forest = state
      ? RandomCutForest.from(state.forest)
      : new RandomCutForest(forestOptions('one', size, 3, seed));
  }

  state(): JudgeState {
    const { changes, comings, finder, forest, hours, latest, ratios, scaling, values } = this;
    const learned = [finder, comings, ratios].map((each) => each.state());
    return {
      forest: forest.snapshot(),
      numbers: [
        scaling.state(),
        values.state(),
        changes.state(),
        [...latest],
        ...learned,
        hours?.state() ?? [],
      ],
    };
  }

  get byteLength(): number {
    const { changes, comings, forest, hours, ratios, values } = this;
    const views = [forest, values, changes, comings, ratios];
    const fixed = 8 * ShapeFinder.numbers + (hours?.byteLength ?? 0);
    return views.reduce((sum, { byteLength }) => sum + byteLength, fixed);
  }

  get shape(): Shape {
    return this.finder.shape;
  }

  take({ values, day, hour, isNext }: Look): number {
    const { changes, forest, latest, parts, scaling, weights } = this;
    const value = values[0]!;
    const often = weights.value * this.oftenness(value, hour);
    this.isOverdue = often < 0;
    scaling.apply(values, scaled);
    point[0] = scaled[0]!;
    placeDay(point, day);
    const unusual = forest.attributionAndUpdate(point, pointParts);
    const novel = weights.value * Math.max(this.values.noveltyOf(value), this.lowness(value));
    const follows = isNext && latest[1] === 1;
    const change = follows ? value - latest[0]! : 0;
    const sudden = follows ? weights.change * changes.noveltyOf(change) : 0;
    const isHigh = point[0] >= 0;
    const own = pointParts[0]! + pointParts[1]!;
    const high = own > 0 ? pointParts[0]! / own : isHigh ? 1 : 0;
    parts[0] = unusual * high + (isHigh ? novel : 0) + (change > 0 ? sudden : 0) + Math.max(0, often);
    parts[1] = unusual * (1 - high) + (isHigh ? 0 : novel) + (change > 0 ? 0 : sudden) + Math.max(0, -often);

    this.values.learn(value);
    if (follows) changes.learn(change);
    scaling.learn(values);
    latest[0] = value;
    latest[1] = 1;
    this.learnShape(value);
    return unusual + novel + sudden + Math.abs(often);
  }

  likely(day: number): Float64Array | undefined {
    const unknown = Float64Array.of(NaN, 0, 0);
    placeDay(unknown, day);
    const likeliest = this.forest.impute(unknown)?.values[0];
    return likeliest === undefined ? undefined : Float64Array.of(this.scaling.restore(0, likeliest));
  }

  free(): void {
    this.forest.free();
  }

  private learnShape(value: number): void {
    const { finder, latest, ratios, size } = this;
    latest[2]!++;
    if (finder.shape === 'skewed') ratios.learn(this.ratioOf(value));
    if (!finder.learn(value)) return;
    latest[2] = 0;
    const { few, memory } = novelties[size];
    this.ratios = new SeenValues(few, memory);
  }

  /** How much more or less often than usual something comes, where it seldom does. */
  private oftenness(value: number, hour: number): number {
    const often = this.comings.take(value, this.hours?.pace(hour));
    if (this.shape === 'sparse') (this.hours ??= new UsualHours()).learn(hour, value !== 0);
    else this.hours = undefined;
    return this.isSettled('sparse') ? often : 0;
  }

  /** How novel a value is by its ratio to others, where it is lower than usual. */
  private lowness(value: number): number {
    const isLow = this.isSettled('skewed') && value < this.finder.middle;
    return isLow ? this.ratios.noveltyOf(this.ratioOf(value)) : 0;
  }

  private isSettled(shape: Shape): boolean {
    return this.finder.shape === shape && this.latest[2]! >= settling;
  }

  private ratioOf(value: number): number {
    return ln1p(value / (nothing * this.finder.small));
  }
}

/** The circle has corners: sines differ from engine to engine in the last bit. */
function placeDay(point: Float64Array, day: number): void {
  point[1] = dayRadius * zigzag(day);
  point[2] = dayRadius * zigzag(day + 0.25);
}

/** From 0 at 0 to 1 at a quarter, to -1 at three quarters, and back: a sine with straight sides. */
function zigzag(turns: number): number {
  const place = (turns + 0.25) % 1;
  return 1 - 4 * Math.abs(place - 0.5);
}
