import {
  explain,
  mainDirection,
  type Direction,
  type FieldAttribution,
} from '../../lib/detection/explanation';
import { anomalySeverity, Severity } from '../../lib/detection/Severity';
import { ln1p, RandomCutForest } from '../../lib/random-cut-forest';
import type { FieldVector } from './FieldVector';
import type { RcfScoreSettings } from './settings';

/** What is added to a message as `msg.anomaly`. */
export interface Anomaly {
  /** on the scale of RANDOM_CUT_FOREST; 0 while learning */
  readonly score: number;
  /** 0 to 100, see Severity */
  readonly severity: number;
  readonly isAnomaly: boolean;
  /** left out while learning */
  readonly direction?: Direction;
  /** with directionality, and not while learning */
  readonly attribution?: Readonly<Record<string, FieldAttribution>>;
  /** records; only while learning */
  readonly warmup?: { readonly seen: number; readonly needed: number };
  /** the field that the record lacks, so that it was neither scored nor learned */
  readonly missing?: string;
}

/** Bytes of a model beside its forest, measured: the histogram of severity and the objects around. */
const overhead = 6000;

/** One series: its forest and how rare which of its scores are. */
export class SeriesModel {
  private readonly parts: Float64Array;

  constructor(
    private readonly settings: RcfScoreSettings,
    readonly vector: FieldVector,
    readonly forest = newForest(settings, vector),
    readonly severity = new Severity(),
  ) {
    this.parts = new Float64Array(2 * vector.names.length * settings.shingleSize);
  }

  /** Memory that it takes. */
  get byteLength(): number {
    return this.forest.byteLength + overhead;
  }

  /** Scores what `vector` has read last, then learns it. */
  scoreAndLearn(): Anomaly {
    const { forest, parts, severity, settings, vector } = this;
    const values = this.transformed();
    if (forest.isLearning) {
      forest.update(values);
      const { seen, needed } = forest;
      return { score: 0, severity: 0, isAnomaly: false, warmup: { seen, needed } };
    }
    const score = forest.attribution(values, parts);
    const attribution = explain(parts, vector.names);
    const rarity = severity.of(score);
    forest.update(values);
    severity.learn(score);
    return {
      score,
      severity: rarity,
      isAnomaly: rarity >= anomalySeverity,
      direction: mainDirection(attribution),
      ...(settings.withDirectionality ? { attribution } : {}),
    };
  }

  /** Learns what `vector` has read last; also which scores are usual, so that severity is right from the first one on. */
  learn(): void {
    const values = this.transformed();
    if (!this.forest.isLearning) this.severity.learn(this.forest.score(values));
    this.forest.update(values);
  }

  private transformed(): Float64Array {
    const { values } = this.vector;
    if (this.settings.transform === 'log1p') {
      for (let i = 0; i < values.length; i++) values[i] = symmetricLog(values[i]!);
    }
    return values;
  }
}

function newForest(settings: RcfScoreSettings, vector: FieldVector): RandomCutForest {
  const { numberOfTrees, subSampleSize, timeDecay, shingleSize, seed } = settings;
  const dimensions = vector.names.length;
  return new RandomCutForest({ dimensions, numberOfTrees, subSampleSize, timeDecay, shingleSize, seed });
}

/** log(1 + x) for positive values and its mirror image for negative ones. */
function symmetricLog(value: number): number {
  return value < 0 ? -ln1p(-value) : ln1p(value);
}
