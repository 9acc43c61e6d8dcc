import type { BlobFolder } from '../../lib/delivery/checkpoint/BlobFolder';
import { ModelFiles } from '../../lib/delivery/models/ModelFiles';
import type { Keeping, PartChange, SavedParts } from '../../lib/delivery/checkpoint/Keeping';
import type { KernelName, Threads } from '../../lib/random-cut-forest';
import { Routes } from '../../lib/delivery/checkpoint/Routes';
import type { RecordInMessage } from '../../lib/records/messageProperty';
import { RecordError } from '../../lib/records/RecordError';
import { seriesKey } from '../../lib/records/seriesKey';
import { FieldVector } from './FieldVector';
import { asError, Lessons } from './Lessons';
import { partName, partsVersion } from './parts';
import type { Anomaly, Lesson, SeriesModel } from './SeriesModel';
import { SeriesModels, type ModelListener } from './SeriesModels';
import type { RcfScoreSettings } from './settings';

/** What became of one record of a batch; an Error says why it cannot be processed. */
export type Outcome = Anomaly | Error;

/** The records of a batch that belong to one series. */
interface Group {
  readonly vector: FieldVector;
  /** their places in the batch */
  readonly places: number[];
  /** their numbers, one record after the other */
  readonly values: number[];
}

/** Scores records, each with the model of its series. */
export class RcfScore implements Keeping {
  readonly version = partsVersion;
  private readonly keyOf: (item: RecordInMessage) => string;
  private readonly models: SeriesModels;
  private readonly lessons = new Lessons();
  /** what the lessons that wait will teach */
  private taught: { readonly key: string; readonly values: readonly number[] }[] = [];
  /** reads the named fields, for all models alike */
  private readonly named: FieldVector | undefined;
  private readonly routes: Routes;

  /**
   * @param blobs where models are written to, those that memory has no room for and those of checkpoints
   * @param kernel what the forests calculate with: threads share the work of batches
   * @param scope see States
   */
  constructor(
    private readonly settings: RcfScoreSettings,
    readonly blobs: BlobFolder,
    listener: ModelListener = {},
    kernel?: KernelName | Threads,
    scope = '',
  ) {
    this.routes = new Routes(scope);
    this.keyOf = seriesKey(settings.keyFields);
    this.named = settings.fields.length > 0 ? FieldVector.of(settings.fields) : undefined;
    const catchUp = () => this.catchUp();
    this.models = new SeriesModels(settings, new ModelFiles(blobs), this.named, listener, catchUp, kernel);
  }

  get series(): number {
    return this.models.size;
  }

  /** Series whose models are in memory. */
  get live(): number {
    return this.models.liveSize;
  }

  /** Bytes of the models in memory. */
  get byteLength(): number {
    return this.models.byteLength;
  }

  /** Scores records and then learns them, each as if it had come alone. @returns one outcome a record, in their order */
  score(items: readonly RecordInMessage[]): Outcome[] {
    return this.process(items, (model, records) => model.scoring(records));
  }

  /** Learns records without scoring them. @returns an Error at the place of each that cannot be learned */
  train(items: readonly RecordInMessage[]): Outcome[] {
    return this.process(items, (model, records) => model.training(records));
  }

  /** Forgets the model of one series, or all of them. */
  reset(key?: string): void {
    this.models.forget(key);
  }

  /** See Keeping; takes time in proportion to the records since the last call, and four models at most. */
  changes(): PartChange[] {
    return this.routes.addTo(this.models.changes());
  }

  restore(parts: SavedParts, version: number): void {
    this.models.restore(parts, version);
    this.routes.restore(parts);
  }

  /** Gives the memory of all models back; what no checkpoint has is lost. */
  close(): void {
    this.models.close();
  }

  /** Reads all records, and gives each model those of its series at once, which takes less time than one by one. */
  private process(items: readonly RecordInMessage[], use: Use): Outcome[] {
    const outcomes: Outcome[] = [];
    const groups = new Map<string, Group>();
    let fresh = 0;
    const finish = () => {
      this.finish(groups, use, outcomes);
      fresh = 0;
    };
    for (const [place, item] of items.entries()) {
      try {
        const key = this.keyOf(item);
        const isNew = !groups.has(key) && !this.models.has(key);
        // Another series will be forgotten: which one depends on the order of all records around this one.
        const alone = isNew && this.models.size + fresh >= this.settings.maxKeys;
        if (alone) finish();
        if (isNew) fresh++;
        const missing = this.read(item, key, place, groups);
        if (missing !== undefined) outcomes[place] = { score: 0, severity: 0, isAnomaly: false, missing };
        if (alone) finish();
      } catch (error) {
        outcomes[place] = asError(error);
      }
    }
    finish();
    return outcomes;
  }

  /** Gives the lessons that wait, and tells of what they have taught. */
  private catchUp(): void {
    this.lessons.take();
    const { taught } = this;
    this.taught = [];
    for (const { key, values } of taught) this.models.learned(key, values);
  }

  /** Lets the models have their groups, in the order of the groups' last records. */
  private finish(groups: Map<string, Group>, use: Use, outcomes: Outcome[]): void {
    for (const [key, { vector, places, values }] of groups) {
      try {
        const model = this.models.find(key) ?? this.models.add(key, vector);
        let from = 0;
        for (const lesson of use(model, Float64Array.from(values))) {
          this.lessons.add(lesson, places.slice(from, (from += lesson.records)), outcomes);
        }
        this.taught.push({ key, values });
      } catch (error) {
        for (const place of places) outcomes[place] = asError(error);
      }
    }
    this.catchUp();
    groups.clear();
  }

  /**
   * Puts the record's numbers into the group of its series, which becomes the last one.
   * @returns the name of the field that the record lacks, if such records are to be skipped
   * @throws RecordError when the record cannot be read; its series is as if it had not come
   */
  private read(
    item: RecordInMessage,
    key: string,
    place: number,
    groups: Map<string, Group>,
  ): string | undefined {
    const group = groups.get(key);
    const { record } = item;
    const vector = this.named ?? group?.vector ?? this.models.peek(key)?.vector ?? FieldVector.like(record);
    const missing = vector.read(record);
    if (missing !== undefined) {
      if (this.settings.missing === 'skip') return missing.field;
      throw new RecordError(missing.field, missing.seen, 'a finite number');
    }
    const next: Group = group ?? { vector, places: [], values: [] };
    next.places.push(place);
    for (const value of vector.values) next.values.push(value);
    groups.delete(key);
    groups.set(key, next);
    this.routes.note(partName('now', key), item);
    return undefined;
  }
}

/** @param records the numbers of one record after the other; may be overwritten */
type Use = (model: SeriesModel, records: Float64Array) => Iterable<Lesson>;
