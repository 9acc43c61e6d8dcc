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
    const key = this.keyOf(item);
    const missing = this.read(key, item.record);
    if (missing === undefined) return this.model(key, item.record).scoreAndLearn();
    return { score: 0, severity: 0, isAnomaly: false, missing };
  }

  /** Learns a record without scoring it. @throws RecordError as `score` does */
  train(item: RecordInMessage): void {
    const key = this.keyOf(item);
    if (this.read(key, item.record) === undefined) this.model(key, item.record).learn();
  }

  /** Forgets the model of one series, or all of them. */
  reset(key?: string): void {
    if (key === undefined) this.models.clear();
    else this.models.delete(key);
  }

  /**
   * Reads the record's numbers before any model is made or touched for it.
   * @returns the field that it lacks, if records that lack one are to be skipped
   */
  private read(key: string, record: unknown): string | undefined {
    const vector = this.named ?? this.models.get(key)?.vector;
    const missing = vector?.read(record);
    if (missing !== undefined && this.settings.missing === 'error') {
      throw new RecordError(missing, undefined, 'a finite number');
    }
    return missing;
  }

  private model(key: string, record: unknown): SeriesModel {
    const known = this.models.get(key);
    if (known) {
      this.models.delete(key);
      this.models.set(key, known);
      return known;
    }
    let vector = this.named;
    if (!vector) {
      vector = FieldVector.like(record);
      vector.read(record);
    }
    const model = new SeriesModel(this.settings, vector);
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
