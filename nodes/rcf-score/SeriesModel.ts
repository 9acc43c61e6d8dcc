import {
  explain,
  mainDirection,
  type Direction,
  type FieldAttribution,
} from '../../lib/detection/explanation';
import { explanationJson, type PublishedAttribution } from '../../lib/detection/explanationJson';
import { explainLags } from '../../lib/detection/lags';
import { anomalySeverity, Severity } from '../../lib/detection/Severity';
import { RandomCutForest, type Batch, type KernelName, type Threads } from '../../lib/random-cut-forest';
import { expectedOf, type ExpectedValue } from './expected';
import type { FieldVector } from './FieldVector';
import type { RcfScoreSettings } from './settings';
import { transformAll } from './transform';

/** What is added to a message as `msg.anomaly`. */
export interface Anomaly {
  /** on the scale of RANDOM_CUT_FOREST; 0 while learning */
  readonly score: number;
  /** 0 to 100, see Severity */
  readonly severity: number;
  readonly isAnomaly: boolean;
  /** left out while learning */
  readonly direction?: Direction;
  /** with directionality, and not while learning unless in the published form */
  readonly attribution?: Readonly<Record<string, FieldAttribution | PublishedAttribution>>;
  /** with directionality by lag: the attribution of each record of the shingle, the newest first */
  readonly lags?: readonly Readonly<Record<string, FieldAttribution>>[];
  /** what the fields that stand out should have been, if wanted */
  readonly expected?: Readonly<Record<string, ExpectedValue>>;
  /** records; only while learning */
  readonly warmup?: { readonly seen: number; readonly needed: number };
  /** the field that the record lacks, so that it was neither scored nor learned */
  readonly missing?: string;
}

/** Bytes of a model beside its forest, measured: the histogram of severity and the objects around. */
const overhead = 6000;
/** Numbers of attribution that a lesson takes at most, so that any batch takes bounded memory. */
const roomForParts = 65_536;

/** Some records of a series. Several models can take theirs at the same time. */
export interface Lesson {
  readonly records: number;
  /** what the forest is to take before the lesson is finished; without it, that is a part of finishing */
  readonly batch?: Batch;
  /** @returns what was found of each record, if that was asked for */
  finish(): Anomaly[] | undefined;
}

/** One series: its forest and how rare which of its scores are. */
export class SeriesModel {
  constructor(
    private readonly settings: RcfScoreSettings,
    readonly vector: FieldVector,
    readonly forest = newForest(settings, vector),
    readonly severity = new Severity(),
  ) {}

  /** Memory that it takes. */
  get byteLength(): number {
    return this.forest.byteLength + overhead;
  }

  /**
   * Scores each record and then learns it, in lessons one after the other.
   * @param records the numbers of one record after the other, as `vector` has read them; overwritten
   */
  *scoring(records: Float64Array): Generator<Lesson> {
    const { dimensions, shingleSize } = this.forest.options;
    transformAll(records, this.settings.transform);
    if (this.settings.expected !== 'none') {
      yield { records: records.length / dimensions, finish: () => this.scoreOneByOne(records) };
      return;
    }
    const width = 2 * dimensions * shingleSize;
    const room = Math.max(1, Math.floor(roomForParts / width)) * dimensions;
    for (let at = 0; at < records.length; at += room)
      yield this.scoreSome(records.subarray(at, at + room), width);
  }

  /** Learns records; also which scores are usual, so that severity is right from the first scored record on. */
  *training(records: Float64Array): Generator<Lesson> {
    const { forest, severity } = this;
    transformAll(records, this.settings.transform);
    const scores = new Float64Array(records.length / forest.options.dimensions);
    yield {
      records: scores.length,
      batch: { forest, records, scores },
      finish: () => {
        const learning = Math.max(0, forest.needed - (forest.seen - scores.length));
        for (const score of scores.subarray(learning)) severity.learn(score);
        return undefined;
      },
    };
  }

  /** Learns records at once, in no lesson. */
  learn(records: Float64Array): void {
    for (const { batch, finish } of this.training(records)) {
      batch?.forest.scoreAndUpdateAll(batch.records, batch.scores);
      finish();
    }
  }

  private scoreSome(records: Float64Array, width: number): Lesson {
    const { forest } = this;
    const scores = new Float64Array(records.length / forest.options.dimensions);
    const parts = new Float64Array(scores.length * width);
    const judge = () => {
      const seen = forest.seen - scores.length;
      return Array.from(scores, (score, i) =>
        seen + i < forest.needed
          ? this.learning(seen + i + 1)
          : this.judged(score, parts.subarray(i * width, (i + 1) * width)),
      );
    };
    return { records: scores.length, batch: { forest, records, scores, parts }, finish: judge };
  }

  /** What a record should have been must be asked before it has been learned. */
  private scoreOneByOne(records: Float64Array): Anomaly[] {
    const { dimensions } = this.forest.options;
    return Array.from({ length: records.length / dimensions }, (_, i) =>
      this.scoreOne(records.subarray(i * dimensions, (i + 1) * dimensions)),
    );
  }

  private scoreOne(record: Float64Array): Anomaly {
    const { forest, settings, vector } = this;
    const { dimensions, shingleSize } = forest.options;
    const { isLearning } = forest;
    const parts = new Float64Array(2 * dimensions * shingleSize);
    const score = isLearning ? 0 : forest.attribution(record, parts);
    const anomaly = isLearning ? this.learning(forest.seen + 1) : this.judged(score, parts);
    const isAsked = !isLearning && (anomaly.isAnomaly || settings.expected === 'all');
    const expected = isAsked
      ? expectedOf(forest.expected(record), vector.names, settings.transform)
      : undefined;
    forest.update(record);
    return expected ? { ...anomaly, expected } : anomaly;
  }

  private learning(seen: number): Anomaly {
    const { settings, vector, forest } = this;
    const published = settings.withDirectionality && settings.explanation === 'published';
    return {
      score: 0,
      severity: 0,
      isAnomaly: false,
      ...(published ? { attribution: explanationJson(vector.names) } : {}),
      warmup: { seen, needed: forest.needed },
    };
  }

  private judged(score: number, parts: Float64Array): Anomaly {
    const { severity, settings, vector } = this;
    const attribution = explain(parts, vector.names);
    const rarity = severity.of(score);
    severity.learn(score);
    return {
      score,
      severity: rarity,
      isAnomaly: rarity >= anomalySeverity,
      direction: mainDirection(attribution),
      ...(settings.withDirectionality ? this.explanation(attribution, parts) : {}),
    };
  }

  private explanation(
    attribution: Readonly<Record<string, FieldAttribution>>,
    parts: Float64Array,
  ): Pick<Anomaly, 'attribution' | 'lags'> {
    const { names } = this.vector;
    switch (this.settings.explanation) {
      case 'fields':
        return { attribution };
      case 'lags':
        return { attribution, lags: explainLags(parts, names) };
      case 'published':
        return { attribution: explanationJson(names, attribution) };
    }
  }
}

/** @param kernel what it calculates with */
export function newForest(
  settings: RcfScoreSettings,
  vector: FieldVector,
  kernel?: KernelName | Threads,
): RandomCutForest {
  const { numberOfTrees, subSampleSize, timeDecay, shingleSize, seed } = settings;
  const dimensions = vector.names.length;
  return new RandomCutForest(
    { dimensions, numberOfTrees, subSampleSize, timeDecay, shingleSize, seed },
    kernel,
  );
}
