import { heldRecords, type ForestState } from './ForestState';
import { ask, type Ask, type Kernel } from './Kernel';
import { PointMaker } from './PointMaker';

/** Where in the workspace the points of a batch begin: which value, and which point it is. */
export interface Place {
  readonly value: number;
  readonly point: number;
}

const front: Place = { value: 0, point: 0 };

/** Takes records into a forest: makes points of them, has the kernel ask and teach the trees, and hands the answers out. */
export class Intake<K extends Kernel = Kernel> {
  private readonly maker: PointMaker;

  constructor(
    readonly state: ForestState,
    readonly kernel: K,
  ) {
    this.maker = new PointMaker(state);
  }

  /**
   * @param parts takes the parts, if they were asked for
   * @returns the score, if it was asked for
   */
  take(record: ArrayLike<number>, what: Ask, learn: boolean, parts?: Float64Array): number {
    const { state, kernel, maker } = this;
    const learnable = learn && maker.hasBegun;
    if (learnable) state.reserveRows(1);
    maker.put(record, 0, kernel.points, 0, false);
    kernel.process(1, what, learnable);
    const score = what === ask.nothing ? 0 : kernel.scores[0]!;
    if (parts) this.giveParts(0, 1, front, parts);
    // Only now: it may move the forest, to where the workspace holds what others were told.
    if (learnable) this.learned(1, front);
    else if (learn) this.begin(record);
    return score;
  }

  /** Takes many records, and learns them. @param parts takes those of each, if they are asked for */
  takeAll(records: Float64Array, scores: Float64Array, parts: Float64Array | undefined): void {
    const { kernel } = this;
    for (let done = this.takeFirst(records, scores, parts); done < scores.length;) {
      const count = Math.min(scores.length - done, kernel.batch);
      this.put(records, done, count, front);
      kernel.process(count, parts ? ask.parts : ask.score, true);
      this.learned(count, front);
      this.give(done, count, front, scores, parts);
      done += count;
    }
  }

  /** Takes the records that come before the forest can take several at a time. @returns how many they were */
  takeFirst(records: Float64Array, scores: Float64Array, parts: Float64Array | undefined): number {
    const { options, width } = this.state;
    const { dimensions } = options;
    let done = 0;
    for (; done < scores.length && !this.maker.hasBegun; done++) {
      const record = records.subarray(done * dimensions, (done + 1) * dimensions);
      const out = parts?.subarray(2 * width * done, 2 * width * (done + 1));
      scores[done] = this.take(record, out ? ask.parts : ask.score, true, out);
    }
    return done;
  }

  /** Takes a record into the shingle alone. */
  append(record: ArrayLike<number>): void {
    const { maker, kernel } = this;
    maker.put(record, 0, kernel.points, 0, false);
    if (maker.hasBegun) maker.remember(kernel.points, 0);
    else this.begin(record);
  }

  /** @returns the score of a whole shingle */
  scoreShingle(values: ArrayLike<number>): number {
    const { maker, kernel } = this;
    maker.putWhole(values, kernel.points);
    kernel.process(1, ask.score, false);
    return kernel.scores[0]!;
  }

  /**
   * Makes ready to learn points and puts them into the workspace.
   * @param done records before them
   */
  put(records: Float64Array, done: number, count: number, place: Place): void {
    const { state, kernel, maker } = this;
    state.reserveRows(count);
    const { dimensions } = state.options;
    const { points } = kernel;
    for (let i = 0; i < count; i++) {
      maker.put(records, (done + i) * dimensions, points, place.value + i * state.stride, i > 0);
    }
  }

  /** The trees have learned points of the workspace. */
  learned(count: number, place: Place): void {
    const { state, kernel } = this;
    state.seen += count;
    this.maker.remember(kernel.points, place.value + (count - 1) * state.stride);
  }

  /** Hands out what the workspace has to say of records. */
  give(
    done: number,
    count: number,
    place: Place,
    scores: Float64Array,
    parts: Float64Array | undefined,
  ): void {
    const { scores: found } = this.kernel;
    for (let i = 0; i < count; i++) scores[done + i] = found[place.point + i]!;
    if (parts) this.giveParts(done, count, place, parts);
  }

  /** Hands out the parts of one record after the other, HIGH and LOW of a value side by side. */
  private giveParts(done: number, count: number, place: Place, out: Float64Array): void {
    const { stride, width } = this.state;
    const { parts } = this.kernel;
    for (let i = 0; i < count; i++) {
      const from = 2 * (place.value + i * stride);
      const to = 2 * width * (done + i);
      for (let d = 0; d < width; d++) {
        out[to + 2 * d] = parts[from + d]!;
        out[to + 2 * d + 1] = parts[from + stride + d]!;
      }
    }
  }

  /** Keeps the first records until the origin can be settled; then learns them. */
  private begin(record: ArrayLike<number>): void {
    const { state, kernel, maker } = this;
    const { dimensions, shingleSize } = state.options;
    state.seen++;
    if (state.seen > heldRecords) {
      maker.remember(kernel.points, 0);
      return;
    }
    if (!maker.hold(record, state.seen - 1)) return;
    for (let i = 0; i < heldRecords; i++) {
      state.reserveRows(1);
      maker.put(state.held, i * dimensions, kernel.points, 0, false);
      if (i >= shingleSize - 1) kernel.process(1, ask.nothing, true);
      maker.remember(kernel.points, 0);
    }
  }
}
