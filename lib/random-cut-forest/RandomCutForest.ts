import { Attribution } from './attribution';
import { CutTrees } from './CutTrees';
import { ForestState, heldRecords } from './ForestState';
import { completeOptions, type ForestOptions } from './options';
import { Sampler } from './Sampler';
import { scoreTree } from './score';

/**
 * Values further than this from the origin are taken as that far: far beyond any data that float32 can tell apart, and
 * ranges over thousands of dimensions still stay finite.
 */
const furthest = 1e34;

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
 * T C (8 D + 32) bytes. Nothing is allocated per record once the point store has grown to its size.
 *
 * Papers: Guha, Mishra, Roy, Schrijvers, "Robust Random Cut Forest Based Anomaly Detection on Streams", ICML 2016.
 */
export class RandomCutForest {
  readonly options: ForestOptions;
  private readonly state: ForestState;
  private readonly sampler: Sampler;
  private readonly attributor: Attribution;
  /** the record at hand as the newest of its shingle, less the origin, in float32 */
  private readonly query: Float32Array;

  /** @throws RangeError naming the option that is out of its range */
  constructor(
    options: Partial<ForestOptions> & Pick<ForestOptions, 'dimensions'>,
    state = ForestState.create(completeOptions(options)),
  ) {
    this.state = state;
    this.options = state.options;
    this.sampler = new Sampler(this.state, new CutTrees(this.state));
    this.attributor = new Attribution(this.state);
    this.query = new Float32Array(this.state.width);
  }

  /**
   * A forest that goes on exactly where the one that gave the snapshot stood.
   * @throws Error when the data are no snapshot, of another version or damaged
   */
  static from(snapshot: ArrayBuffer): RandomCutForest {
    const state = ForestState.from(snapshot.slice(0));
    return new RandomCutForest(state.options, state);
  }

  /** Everything the forest knows, as one value for `from`. */
  snapshot(): ArrayBuffer {
    return this.state.snapshot();
  }

  /** Memory of the model. */
  get byteLength(): number {
    return this.state.data.byteLength;
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
    if (this.state.size === 0) return 0;
    this.shape(record);
    return this.scoreQuery();
  }

  /** Learns a record. @throws RangeError naming the value that is wrong; the forest stays as it was */
  update(record: ArrayLike<number>): void {
    this.check(record);
    const { state } = this;
    state.seen++;
    if (state.seen > heldRecords) {
      this.learn(record);
      return;
    }
    const { dimensions } = this.options;
    state.held.set(record, (state.seen - 1) * dimensions);
    if (state.seen < heldRecords) return;
    this.settleOrigin();
    for (let i = 0; i < heldRecords; i++) {
      this.learn(state.held.subarray(i * dimensions, (i + 1) * dimensions), i + 1);
    }
  }

  /** The score of a record before it is learned, as a stream wants it. */
  scoreAndUpdate(record: ArrayLike<number>): number {
    const score = this.score(record);
    this.update(record);
    return score;
  }

  /**
   * Why the score is what it is: how much each value contributes by being too high and by being too low.
   * @param out 2 * dimensions * shingleSize places: value d of the shingle, oldest record first, has HIGH at 2d and LOW
   *   at 2d + 1. Their sum is the score.
   * @returns the score, equal to that of `score`
   */
  attribution(record: ArrayLike<number>, out: Float64Array): number {
    this.check(record);
    if (out.length !== 2 * this.state.width) {
      throw new RangeError(`out must have ${2 * this.state.width} places, got ${out.length}`);
    }
    out.fill(0);
    if (this.state.size === 0) return 0;
    this.shape(record);
    const { numberOfTrees } = this.options;
    const scale = this.state.log2[this.state.size]! / numberOfTrees;
    let sum = 0;
    for (let tree = 0; tree < numberOfTrees; tree++) {
      sum += this.attributor.tree(tree, this.query, scale, out);
    }
    return sum * scale;
  }

  private scoreQuery(): number {
    const { state, query } = this;
    const { numberOfTrees } = this.options;
    const scale = state.log2[state.size]! / numberOfTrees;
    let sum = 0;
    for (let tree = 0; tree < numberOfTrees; tree++) sum += scoreTree(state, tree, query);
    return sum * scale;
  }

  private learn(record: ArrayLike<number>, seen = this.state.seen): void {
    const { query, state, options } = this;
    this.shape(record);
    if (seen >= options.shingleSize) this.sampler.offer(query);
    state.shingle.set(query);
    state.shingle.copyWithin(0, options.dimensions);
  }

  /** Puts the record behind its predecessors into `query`. */
  private shape(record: ArrayLike<number>): void {
    const { query, state } = this;
    const { origin } = state;
    const first = query.length - origin.length;
    query.set(state.shingle);
    for (let d = 0; d < origin.length; d++) {
      const value = record[d]! - origin[d]!;
      // Adding 0 turns -0 into 0, also the -0 that a tiny number rounds to.
      query[first + d] = Math.fround(value > furthest ? furthest : value < -furthest ? -furthest : value) + 0;
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
    const { dimensions } = this.options;
    if (record.length !== dimensions) {
      throw new RangeError(`a record must have ${dimensions} values, got ${record.length}`);
    }
    for (let d = 0; d < dimensions; d++) {
      if (!Number.isFinite(record[d])) {
        throw new RangeError(`value ${d} must be a finite number, got ${String(record[d])}`);
      }
    }
  }
}
