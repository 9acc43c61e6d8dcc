import { RandomCutForest } from '../../random-cut-forest';
import { flatState } from '../flatState';
import { forestOptions, type Judge, type JudgeState, type Look, type Size } from './Judge';
import { Scaling } from './Scaling';
import { SeenValues } from './SeenValues';

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
  full: { capacity: 4096, memory: 100_000 },
  compact: { capacity: 512, memory: 20_000 },
};

/**
 * Judges records of one value by three views, added up:
 *
 * - a random cut forest of the value and the time of day, which finds what is unusual for its hour and what is rare;
 * - how novel the value itself is, exactly (SeenValues);
 * - how novel its change since the record before is: in a series that drifts every value is novel some day.
 */
export class JudgeOfOne implements Judge {
  readonly parts = new Float64Array(2);
  private readonly forest: RandomCutForest;
  private readonly scaling: Scaling;
  private readonly values: SeenValues;
  private readonly changes: SeenValues;
  /** the latest value; whether there was one */
  private readonly latest: Float64Array;
  /** the value, scaled, and the time of day on a circle */
  private readonly point = new Float64Array(3);
  private readonly scaled = new Float64Array(1);
  private readonly pointParts = new Float64Array(6);

  /** @param weights others than the usual ones show what a view brings */
  constructor(
    size: Size,
    seed: number,
    state?: JudgeState,
    private readonly weights = usualWeights,
  ) {
    const { capacity, memory } = novelties[size];
    const numbers = state?.numbers ?? [];
    this.scaling = new Scaling(1, rate, furthest, reach, numbers[0]);
    this.values = new SeenValues(capacity, memory, numbers[1]);
    this.changes = new SeenValues(capacity, memory, numbers[2]);
    this.latest = flatState('the latest value', 2, numbers[3]);
    this.forest = state
      ? RandomCutForest.from(state.forest)
      : new RandomCutForest(forestOptions('one', size, 3, seed));
  }

  state(): JudgeState {
    const { changes, forest, latest, scaling, values } = this;
    return {
      forest: forest.snapshot(),
      numbers: [scaling.state(), values.state(), changes.state(), [...latest]],
    };
  }

  get byteLength(): number {
    return this.forest.byteLength + this.values.byteLength + this.changes.byteLength;
  }

  take({ values, day, isNext }: Look): number {
    const { changes, forest, latest, parts, point, pointParts, scaled, scaling, weights } = this;
    const value = values[0]!;
    scaling.apply(values, scaled);
    point[0] = scaled[0]!;
    // The circle has corners: sines differ from engine to engine in the last bit.
    point[1] = dayRadius * zigzag(day);
    point[2] = dayRadius * zigzag(day + 0.25);
    const unusual = forest.attributionAndUpdate(point, pointParts);
    const novel = weights.value * this.values.noveltyOf(value);
    const follows = isNext && latest[1] === 1;
    const change = follows ? value - latest[0]! : 0;
    const sudden = follows ? weights.change * changes.noveltyOf(change) : 0;
    const isHigh = point[0] >= 0;
    const own = pointParts[0]! + pointParts[1]!;
    const high = own > 0 ? pointParts[0]! / own : isHigh ? 1 : 0;
    parts[0] = unusual * high + (isHigh ? novel : 0) + (change > 0 ? sudden : 0);
    parts[1] = unusual * (1 - high) + (isHigh ? 0 : novel) + (change > 0 ? 0 : sudden);

    this.values.learn(value);
    if (follows) changes.learn(change);
    scaling.learn(values);
    latest[0] = value;
    latest[1] = 1;
    return unusual + novel + sudden;
  }

  free(): void {
    this.forest.free();
  }
}

/** From 0 at 0 to 1 at a quarter, to -1 at three quarters, and back: a sine with straight sides. */
function zigzag(turns: number): number {
  const place = (turns + 0.25) % 1;
  return 1 - 4 * Math.abs(place - 0.5);
}
