import { requireLength, requireRecords, requireValues } from './checks';
import type { Estimate } from './Estimate';
import { ForestState } from './ForestState';
import { Inquiry, type Expectation, type ExpectationOptions } from './Inquiry';
import { Intake } from './Intake';
import { ask } from './Kernel';
import { kernelFor, memoryFor, type KernelName } from './kernels';
import { takeMany } from './many';
import type { Neighbour } from './neighbours';
import { completeOptions, type ForestOptions } from './options';
import type { SnapshotBytes } from './snapshot';
import type { Threads } from './Threads';

/** The records of one forest among many, as `scoreAndUpdateAll` takes them; with parts, as `attributionAndUpdateAll`. */
export interface Batch {
  readonly forest: RandomCutForest;
  readonly records: Float64Array;
  readonly scores: Float64Array;
  readonly parts?: Float64Array;
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
 * T C (8 D + 28) bytes and 4 D + 6 for each different point in the trees, in the end T C (12 D + 34); from D = 5 on a
 * fifth of the boxes is left out, and it is T C (10.2 D + 34). A D above 2 counts as the next multiple of 4.
 * Nothing is allocated per record once the point store has grown to its size.
 *
 * Papers: Guha, Mishra, Roy, Schrijvers, "Robust Random Cut Forest Based Anomaly Detection on Streams", ICML 2016.
 */
export class RandomCutForest {
  readonly options: ForestOptions;
  private readonly state: ForestState;
  private readonly intake: Intake;
  private asked: Inquiry | undefined;

  /**
   * @param kernel what it calculates with: threads share the work of batches
   * @throws RangeError naming the option that is out of its range
   */
  constructor(
    options: Partial<ForestOptions> & Pick<ForestOptions, 'dimensions'>,
    kernel: KernelName | Threads = 'compiled',
    state = ForestState.create(completeOptions(options), memoryFor(kernel)),
  ) {
    this.state = state;
    this.options = state.options;
    this.intake = new Intake(state, kernelFor(state, kernel));
  }

  /**
   * A forest that goes on exactly where the one that gave the snapshot stood.
   * @throws Error when the data are no snapshot, of another version or damaged
   */
  static from(snapshot: SnapshotBytes, kernel: KernelName | Threads = 'compiled'): RandomCutForest {
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
    return this.intake.take(record, ask.score, false);
  }

  /** Learns a record. @throws RangeError naming the value that is wrong; the forest stays as it was */
  update(record: ArrayLike<number>): void {
    this.check(record);
    this.intake.take(record, ask.nothing, true);
  }

  /** The score of a record before it is learned, as a stream wants it. */
  scoreAndUpdate(record: ArrayLike<number>): number {
    this.check(record);
    return this.intake.take(record, ask.score, true);
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
    this.requireBatch(records, scores, undefined);
    this.intake.takeAll(records, scores, undefined);
  }

  /**
   * The same with the parts of each score.
   * @param out takes 2 * dimensions * shingleSize parts a record, as `attribution` gives them
   */
  attributionAndUpdateAll(records: Float64Array, scores: Float64Array, out: Float64Array): void {
    this.requireBatch(records, scores, out);
    this.intake.takeAll(records, scores, out);
  }

  /**
   * Scores and learns the records of many forests, each as if with `scoreAndUpdateAll` or, where parts are wanted,
   * `attributionAndUpdateAll`. Forests that were made with the same threads share them, so that it takes less time.
   * @param batches no forest comes twice
   * @throws RangeError naming the value that is wrong; all forests stay as they were
   */
  static scoreAndUpdateMany(batches: readonly Batch[]): void {
    const forests = new Set(batches.map(({ forest }) => forest));
    if (forests.size < batches.length)
      throw new RangeError('a forest must come once among many, got it twice');
    for (const { forest, records, scores, parts } of batches) forest.requireBatch(records, scores, parts);
    takeMany(
      batches.map(({ forest, records, scores, parts }) => ({
        intake: forest.intake,
        records,
        scores,
        parts,
      })),
    );
  }

  /**
   * Takes a record into the shingle without learning the point that it completes: of a record that is made up, to keep
   * the rhythm of those after it.
   * @throws RangeError naming the value that is wrong; the forest stays as it was
   */
  append(record: ArrayLike<number>): void {
    this.check(record);
    this.intake.append(record);
  }

  /**
   * The score of a whole shingle that is given, whatever the latest records were.
   * @param values `dimensions` times `shingleSize` finite numbers, oldest record first
   * @returns as `score` does
   * @throws RangeError naming what is wrong
   */
  scoreShingle(values: ArrayLike<number>): number {
    requireValues('a shingle', values, this.state.width);
    return this.intake.scoreShingle(values);
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
    return this.intake.take(record, ask.parts, learn, out);
  }

  private requireBatch(records: Float64Array, scores: Float64Array, parts: Float64Array | undefined): void {
    requireRecords(records, this.options.dimensions);
    const count = records.length / this.options.dimensions;
    requireLength('scores', scores, count);
    if (parts) requireLength('out', parts, 2 * this.state.width * count);
  }

  private check(record: ArrayLike<number>): void {
    requireValues('a record', record, this.options.dimensions);
  }
}
