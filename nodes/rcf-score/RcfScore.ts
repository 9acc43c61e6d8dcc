import type { RecordInMessage } from '../../lib/records/messageProperty';
import { RecordError } from '../../lib/records/RecordError';
import { seriesKey } from '../../lib/records/seriesKey';
import type { KeyedFiles } from '../../lib/delivery/KeyedFiles';
import { FieldVector } from './FieldVector';
import type { Anomaly, SeriesModel } from './SeriesModel';
import { SeriesModels } from './SeriesModels';
import type { RcfScoreSettings } from './settings';

/** Scores records, each with the model of its series. */
export class RcfScore {
  private readonly keyOf: (item: RecordInMessage) => string;
  private readonly models: SeriesModels;
  /** reads the named fields, for all models alike */
  private readonly named: FieldVector | undefined;

  /**
   * @param files where models are that memory has no room for, and those of earlier runs
   * @param onForgotten is told the key of each model that had to make room for another
   */
  constructor(
    private readonly settings: RcfScoreSettings,
    files: KeyedFiles,
    onForgotten: (key: string) => void = () => undefined,
  ) {
    this.keyOf = seriesKey(settings.keyFields);
    this.named = settings.fields.length > 0 ? FieldVector.of(settings.fields) : undefined;
    this.models = new SeriesModels(settings, files, this.named, onForgotten);
  }

  get series(): number {
    return this.models.size;
  }

  /**
   * @throws RecordError when the record cannot be scored; its model stays as it was
   * @throws Error when its model cannot be read back
   */
  score(item: RecordInMessage): Anomaly {
    const read = this.read(item);
    if (typeof read === 'string') return { score: 0, severity: 0, isAnomaly: false, missing: read };
    return read.scoreAndLearn();
  }

  /** Learns a record without scoring it. @throws as `score` does */
  train(item: RecordInMessage): void {
    const read = this.read(item);
    if (typeof read !== 'string') read.learn();
  }

  /** Forgets the model of one series, or all of them. */
  reset(key?: string): void {
    this.models.forget(key);
  }

  /** Saves what has been learned since the last time. See SeriesModels. */
  save(): Promise<void> {
    return this.models.save();
  }

  /**
   * Lets the model of a record's series read it, before any model is made or changed for it.
   * @returns the model, or the name of the field that the record lacks, if such records are to be skipped
   */
  private read(item: RecordInMessage): SeriesModel | string {
    const key = this.keyOf(item);
    const model = this.models.find(key);
    const vector = this.named ?? model?.vector ?? FieldVector.like(item.record);
    const missing = vector.read(item.record);
    if (missing === undefined) return model ?? this.models.add(key, vector);
    if (this.settings.missing === 'skip') return missing;
    throw new RecordError(missing, undefined, 'a finite number');
  }
}
