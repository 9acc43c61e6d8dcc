import { requireLength, requireRecords, requireValues } from './checks';
import { CompiledKernel } from './CompiledKernel';
import { ForestState, heldRecords } from './ForestState';
import type { Estimate } from './Imputer';
import { Inquiry, type Expectation, type ExpectationOptions } from './Inquiry';
import { ask, PlainKernel, type Ask, type Kernel } from './Kernel';
import { batchOf } from './layout';
import { heap, type Memory } from './Memory';
import type { Neighbour } from './neighbours';
import { completeOptions, type ForestOptions } from './options';
import { SlabMemory } from './SlabMemory';
import { relative } from './relative';

/** `compiled` to WebAssembly where it runs, or else `plain` TypeScript; scores are the same bit by bit. */
export type KernelName = 'compiled' | 'plain';

const slabs = SlabMemory.open();

function memoryFor(kernel: KernelName): Memory {
  return kernel === 'compiled' && slabs !== undefined ? slabs : heap;
}

/**
 * A robust random cut forest on a stream: scores how strange a record is among those seen of late.
 *
 *     const forest = new RandomCutForest({ dimensions: 2 });
 *     for (const record of stream) {
 *       const score = forest.scoreAndUpdate(record);
 *       if (!forest.isLearning && score > 3) ...
 *     }
 *
 * The score is on the scale of Amazon Kinesis Data Analytics' RANDOM_CUT_FOREST: about 0.6 to 0.85 for normal points and
 * at most log2(subSampleSize + 1). The same options and records give the same scores, bit by bit, on every platform.
 *
 * With T trees of C points in D = dimensions * shingleSize values, a score costs O(T (log C + D)) on data without
 * extreme structure, an update T comparisons and, in the few trees that take the point, the same again. Memory is about
 * T C (8 D + 28) bytes and 4 D + 6 for each different point in the trees, in the end T C (12 D + 34).
 * Nothing is allocated per record once the point store has grown to its size.
 *
 * Papers: Guha, Mishra, Roy, Schrijvers, "Robust Random Cut Forest Based Anomaly Detection on Streams", ICML 2016.
 */
export class RandomCutForest {
  readonly options: ForestOptions;
  private readonly state: ForestState;
  private readonly kernel: Kernel;
  private asked: Inquiry | undefined;

  /** @throws RangeError naming the option that is out of its range */
  constructor(
    options: Partial<ForestOptions> & Pick<ForestOptions, 'dimensions'>,
    kernel: KernelName = 'compiled',
    state = ForestState.create(completeOptions(options), memoryFor(kernel)),
  ) {
    this.state = state;
    this.options = state.options;
    this.kernel = memoryFor(kernel) === heap ? new PlainKernel(state) : new CompiledKernel(state);
  }

  /**
   * A forest that goes on exactly where the one that gave the snapshot stood.
   * @throws Error when the data are no snapshot, of another version or damaged
   */
  static from(snapshot: ArrayBuffer, kernel: KernelName = 'compiled'): RandomCutForest {
    const state = ForestState.from(snapshot, memoryFor(kernel));
    return new RandomCutForest(state.options, kernel, state);
  }

  /**
   * Gives the memory back at once; otherwise it comes back some time after the forest is forgotten. The forest is of no
   * use afterwards.
   */
  free(): void {
    this.state.free();
  }

  /** Everything the forest knows, as one value for `from`. */
  snapshot(): ArrayBuffer {
    return this.state.snapshot();
  }

  /** Memory of the model. */
  get byteLength(): number {
    return this.state.block.byteLength;
  }

  /** Records seen so far. */
  get seen(): number {
    return this.state.seen;
  }

  /** Records it takes until scores mean something: a full sample, each point of a full shingle. */
  get needed(): number {
    return this.options.subSampleSize + this.options.shingleSize - 1;
  }

  get isLearning(): boolean {
    return this.seen < this.needed;
  }

  /**
   * @param record `dimensions` finite numbers
   * @returns the mean over the trees; 0 while there is nothing to compare with
   * @throws RangeError naming the value that is wrong; the forest stays as it was
   */
  score(record: ArrayLike<number>): number {
    this.check(record);
    return this.take(record, ask.score, false);
  }

  /** Learns a record. @throws RangeError naming the value that is wrong; the forest stays as it was */
  update(record: ArrayLike<number>): void {
    this.check(record);
    this.take(record, ask.nothing, true);
  }

  /** The score of a record before it is learned, as a stream wants it. */
  scoreAndUpdate(record: ArrayLike<number>): number {
    this.check(record);
    return this.take(record, ask.score, true);
  }

  /**
   * Why the score is what it is: how much each value contributes by being too high and by being too low.
   * @param out 2 * dimensions * shingleSize places: value d of the shingle, oldest record first, has HIGH at 2d and LOW
   *   at 2d + 1. Their sum is the score.
   * @returns the score, equal to that of `score`
   */
  attribution(record: ArrayLike<number>, out: Float64Array): number {
    return this.explain(record, out, false);
  }

  /** The same before the record is learned. */
  attributionAndUpdate(record: ArrayLike<number>, out: Float64Array): number {
    return this.explain(record, out, true);
  }

  /**
   * Scores and learns many records, as if one after the other and with the same scores, in less time.
   * @param records `dimensions` finite numbers a record
   * @param scores takes the score of each record
   * @throws RangeError naming the value that is wrong; the forest stays as it was
   */
  scoreAndUpdateAll(records: Float64Array, scores: Float64Array): void {
    this.takeAll(records, scores, undefined);
  }

  /**
   * The same with the parts of each score.
   * @param out takes 2 * dimensions * shingleSize parts a record, as `attribution` gives them
   */
  attributionAndUpdateAll(records: Float64Array, scores: Float64Array, out: Float64Array): void {
    this.takeAll(records, scores, out);
  }

  /**
   * Takes a record into the shingle without learning the point that it completes: of a record that is made up, to keep
   * the rhythm of those after it.
   * @throws RangeError naming the value that is wrong; the forest stays as it was
   */
  append(record: ArrayLike<number>): void {
    this.check(record);
    this.shape(record, 0, 0);
    if (this.hasBegun) this.endShingle(1);
    else this.begin(record);
  }

  /**
   * The score of a whole shingle that is given, whatever the latest records were.
   * @param values `dimensions` times `shingleSize` finite numbers, oldest record first
   * @returns as `score` does
   * @throws RangeError naming what is wrong
   */
  scoreShingle(values: ArrayLike<number>): number {
    const { kernel, state } = this;
    const { origin, stride, width } = state;
    requireValues('a shingle', values, width);
    for (let d = 0; d < width; d++) kernel.points[d] = relative(values[d]!, origin[d % origin.length]!);
    for (let d = width; d < stride; d++) kernel.points[d] = 0;
    kernel.process(1, ask.score, false);
    return kernel.scores[0]!;
  }

  /**
   * Fills in what a record lacks, from what the trees remember of records like it in the rest, and in those before it in
   * the shingle: the median over the trees, and a band that about `level` of the cases lie within. The forest learns
   * nothing. O(T (log C + L D)), with L leaves of a tree that agree with what is known: C when nothing is.
   * @param record NaN for each value that is missing
   * @param level above 0 and below 1
   * @returns one entry a value; of those that are there, the value itself three times. undefined while the forest is empty
   * @throws RangeError naming the value that is infinite, or the level
   */
  impute(record: ArrayLike<number>, level?: number): Estimate | undefined {
    return this.inquiry.impute(record, level);
  }

  /**
   * What a record should have been: the values that hold nine tenths of its attribution, five at most, are taken as
   * missing and imputed. In a shingle it may be an earlier record, once what came after it shows that it was strange.
   * @returns one entry a value of that record. undefined while the forest is empty
   * @throws RangeError naming the value that is wrong, the lag or the level
   */
  expected(record: ArrayLike<number>, options: ExpectationOptions = {}): Expectation | undefined {
    const parts = new Float64Array(2 * this.state.width);
    this.attribution(record, parts);
    return this.inquiry.expected(record, parts, options);
  }

  /**
   * The next records, as the latest ones suggest, with a band that about `level` of the cases lie within.
   * O(records T (log C + L D)).
   * @param records how many
   * @returns `records` times `dimensions` entries, the next record first. undefined while the forest is empty
   * @throws RangeError when the forest has no shingle, or naming what is wrong
   */
  forecast(records: number, level?: number): Estimate | undefined {
    return this.inquiry.forecast(records, level);
  }

  /**
   * The points remembered that are most like this one: of each tree the one that shares its leaf.
   * O(T (log C + D + log T)).
   * @returns nearest first; none while the forest is empty
   * @throws RangeError naming the value that is wrong
   */
  neighbours(record: ArrayLike<number>): Neighbour[] {
    this.check(record);
    return this.inquiry.neighbours(record);
  }

  /**
   * How densely the points remembered lie around this one, as a part of the sample per unit of volume: high in a cluster,
   * next to nothing far from all. At most 1000, on equal points.
   * @param out 2 * dimensions * shingleSize places as in `attribution`: how much of it is the density of points below
   *   (HIGH: the record lies above them) and above (LOW). Their sum is the density
   * @returns 0 while the forest is empty
   * @throws RangeError naming the value that is wrong
   */
  density(record: ArrayLike<number>, out = new Float64Array(2 * this.state.width)): number {
    this.check(record);
    requireLength('out', out, 2 * this.state.width);
    return this.inquiry.density(record, out);
  }

  /** Made when first asked: most forests only score. */
  private get inquiry(): Inquiry {
    return (this.asked ??= new Inquiry(this.state));
  }

  private explain(record: ArrayLike<number>, out: Float64Array, learn: boolean): number {
    this.check(record);
    requireLength('out', out, 2 * this.state.width);
    const score = this.take(record, ask.parts, learn);
    this.giveParts(out, 0, 1);
    return score;
  }

  private take(record: ArrayLike<number>, what: Ask, learn: boolean): number {
    const { state, kernel } = this;
    const learnable = learn && this.hasBegun;
    if (learnable) state.reserveRows(1);
    this.shape(record, 0, 0);
    kernel.process(1, what, learnable);
    if (learnable) {
      state.seen++;
      this.endShingle(1);
    } else if (learn) this.begin(record);
    return what === ask.nothing ? 0 : kernel.scores[0]!;
  }

  private takeAll(records: Float64Array, scores: Float64Array, out: Float64Array | undefined): void {
    const { state, kernel } = this;
    const { dimensions } = this.options;
    const count = records.length / dimensions;
    requireRecords(records, dimensions);
    requireLength('scores', scores, count);
    if (out !== undefined) requireLength('out', out, 2 * state.width * count);
    const what = out === undefined ? ask.score : ask.parts;
    let done = 0;
    for (; done < count && !this.hasBegun; done++) {
      scores[done] = this.take(records.subarray(done * dimensions, (done + 1) * dimensions), what, true);
      if (out !== undefined) this.giveParts(out, done, 1);
    }
    while (done < count) {
      const chunk = Math.min(count - done, kernel.batch, batchOf(this.options));
      state.reserveRows(chunk);
      for (let i = 0; i < chunk; i++) this.shape(records, (done + i) * dimensions, i);
      kernel.process(chunk, what, true);
      state.seen += chunk;
      this.endShingle(chunk);
      for (let i = 0; i < chunk; i++) scores[done + i] = kernel.scores[i]!;
      if (out !== undefined) this.giveParts(out, done, chunk);
      done += chunk;
    }
  }

  /** Whether the next record makes a point that the trees can take. */
  private get hasBegun(): boolean {
    const { seen } = this.state;
    return seen >= heldRecords && seen >= this.options.shingleSize - 1;
  }

  /** Keeps the first records until the origin can be settled; then learns them. */
  private begin(record: ArrayLike<number>): void {
    const { state, options } = this;
    const { dimensions } = options;
    state.seen++;
    if (state.seen > heldRecords) {
      this.endShingle(1);
      return;
    }
    for (let d = 0; d < dimensions; d++) state.held[(state.seen - 1) * dimensions + d] = record[d]!;
    if (state.seen < heldRecords) return;
    this.settleOrigin();
    for (let i = 0; i < heldRecords; i++) {
      state.reserveRows(1);
      this.shape(state.held, i * dimensions, 0);
      if (i >= options.shingleSize - 1) this.kernel.process(1, ask.nothing, true);
      this.endShingle(1);
    }
  }

  /** Puts the record at `records[from]` behind its predecessors, as a point of the workspace. */
  private shape(records: ArrayLike<number>, from: number, place: number): void {
    const { origin, shingle, stride, width } = this.state;
    const { points } = this.kernel;
    const { length: dimensions } = origin;
    const at = place * stride;
    const first = width - dimensions;
    if (place === 0) for (let d = 0; d < first; d++) points[d] = shingle[d]!;
    else for (let d = 0; d < first; d++) points[at + d] = points[at - stride + dimensions + d]!;
    for (let d = 0; d < dimensions; d++) {
      points[at + first + d] = relative(records[from + d]!, origin[d]!);
    }
    for (let d = width; d < stride; d++) points[at + d] = 0;
  }

  /** Remembers the latest records for the next point. */
  private endShingle(count: number): void {
    const { origin, shingle, stride, width } = this.state;
    const { points } = this.kernel;
    const from = (count - 1) * stride + origin.length;
    for (let d = 0; d < width - origin.length; d++) shingle[d] = points[from + d]!;
  }

  /** Hands out the parts of the workspace's first points, HIGH and LOW of a value side by side. */
  private giveParts(out: Float64Array, first: number, count: number): void {
    const { stride, width } = this.state;
    const { parts } = this.kernel;
    for (let i = 0; i < count; i++) {
      const from = 2 * stride * i;
      const to = 2 * width * (first + i);
      for (let d = 0; d < width; d++) {
        out[to + 2 * d] = parts[from + d]!;
        out[to + 2 * d + 1] = parts[from + stride + d]!;
      }
    }
  }

  /**
   * Cuts do not care where the data lie, float32 does: of 100,000,000.5 it keeps 100,000,000. So each dimension is counted
   * from the median of its first records, which one odd record among them does not move.
   */
  private settleOrigin(): void {
    const { origin, held } = this.state;
    const values = new Float64Array(heldRecords);
    for (let d = 0; d < origin.length; d++) {
      for (let i = 0; i < heldRecords; i++) values[i] = held[i * origin.length + d]!;
      origin[d] = values.sort()[heldRecords >> 1]!;
    }
  }

  private check(record: ArrayLike<number>): void {
    requireValues('a record', record, this.options.dimensions);
  }
}
