import type { RecordInMessage } from '../../lib/records/messageProperty';
import { RecordError } from '../../lib/records/RecordError';
import { seriesKey } from '../../lib/records/seriesKey';
import { FieldVector } from './FieldVector';
import { SeriesModel, type Anomaly } from './SeriesModel';
import type { RcfScoreSettings } from './settings';

/** Scores records, each with the model of its series. */
export class RcfScore {
  private readonly keyOf: (item: RecordInMessage) => string;
  /** the models, the one that was quiet longest first */
  private readonly models = new Map<string, SeriesModel>();
  /** reads the named fields, for all models alike */
  private readonly named: FieldVector | undefined;

  /** @param onForgotten is told the key of each model that had to make room for another */
  constructor(
    private readonly settings: RcfScoreSettings,
    private readonly onForgotten: (key: string) => void = () => undefined,
  ) {
    this.keyOf = seriesKey(settings.keyFields);
    this.named = settings.fields.length > 0 ? FieldVector.of(settings.fields) : undefined;
  }

  get series(): number {
    return this.models.size;
  }

  /** @throws RecordError when the record cannot be scored; its model stays as it was */
  score(item: RecordInMessage): Anomaly {
    const { record } = item;
    const key = this.keyOf(item);
    const vector = this.vectorOf(key, record);
    const missing = this.read(vector, record);
    if (missing !== undefined) return { score: 0, severity: 0, isAnomaly: false, missing };
    return this.modelOf(key, vector).scoreAndLearn();
  }

  /** Learns a record without scoring it. @throws RecordError as `score` does */
  train(item: RecordInMessage): void {
    const { record } = item;
    const key = this.keyOf(item);
    const vector = this.vectorOf(key, record);
    if (this.read(vector, record) === undefined) this.modelOf(key, vector).learn();
  }

  /** Forgets the model of one series, or all of them. */
  reset(key?: string): void {
    if (key === undefined) this.models.clear();
    else this.models.delete(key);
  }

  /** What reads the records of a series: the named fields, or whatever numbers its first record has. */
  private vectorOf(key: string, record: unknown): FieldVector {
    return this.named ?? this.models.get(key)?.vector ?? FieldVector.like(record);
  }

  /**
   * Reads the record's numbers into `vector`, before any model is made or touched for it.
   * @returns the field that it lacks, if records that lack one are to be skipped
   */
  private read(vector: FieldVector, record: unknown): string | undefined {
    const missing = vector.read(record);
    if (missing === undefined || this.settings.missing === 'skip') return missing;
    throw new RecordError(missing, undefined, 'a finite number');
  }

  /** The model of a series, now the one used last. */
  private modelOf(key: string, vector: FieldVector): SeriesModel {
    const model = this.models.get(key) ?? new SeriesModel(this.settings, vector);
    this.models.delete(key);
    this.models.set(key, model);
    if (this.models.size > this.settings.maxKeys) this.forgetQuietest();
    return model;
  }

  private forgetQuietest(): void {
    const key = this.models.keys().next().value;
    if (key === undefined) return;
    this.models.delete(key);
    this.onForgotten(key);
  }
}
