import type { PartChange, SavedParts } from '../../lib/delivery/checkpoint/Keeping';
import type { KernelName, Threads } from '../../lib/random-cut-forest';
import { FieldVector } from './FieldVector';
import { settle, type Found } from './generations';
import type { ModelFiles } from './ModelFiles';
import { decode, partsVersion, readParts } from './parts';
import { restoreModel, withDecayOf } from './savedModel';
import { newSeries, savedSeries, type Series } from './Series';
import { SeriesChanges } from './SeriesChanges';
import { newForest, SeriesModel } from './SeriesModel';
import type { RcfScoreSettings } from './settings';
import { shapeOf } from './shape';

const megabyte = 1e6;

/** Who is told what nobody has asked for. */
export interface ModelListener {
  /** what became of the models that were saved */
  found?(found: Found): void;
  /** the key of a model that had to make room for another */
  forgotten?(key: string): void;
  /** why a model cannot be written to its file, once until one can */
  notWritten?(error: unknown): void;
}

/**
 * The models of all series, within two bounds. Beyond `maxMemory` the one that was quiet longest goes into its file, from
 * where it comes back exactly as it went; beyond `maxKeys` it is forgotten.
 *
 * A model that has to go or to come is written or read at once (a few ms a megabyte), which keeps the records in order.
 */
export class SeriesModels {
  /** by key, the one used longest ago first */
  private readonly series = new Map<string, Series>();
  /** those whose models are in memory, the one that was quiet longest first */
  private readonly live = new Set<Series>();
  private readonly news: SeriesChanges;
  private bytes = 0;
  private uses = 0;

  /**
   * @param vector reads the fields that the settings name
   * @param beforeLeaving is called before a model leaves memory: it has to be up to date by then
   * @param kernel what the forests calculate with
   */
  constructor(
    private readonly settings: RcfScoreSettings,
    private readonly files: ModelFiles,
    private readonly vector: FieldVector | undefined,
    private readonly listener: ModelListener,
    private readonly beforeLeaving: () => void,
    private readonly kernel?: KernelName | Threads,
  ) {
    this.news = new SeriesChanges(settings, files, (error) => listener.notWritten?.(error));
  }

  get size(): number {
    return this.series.size;
  }

  /** Series whose models are in memory. */
  get liveSize(): number {
    return this.live.size;
  }

  /** Bytes of the models in memory. */
  get byteLength(): number {
    return this.bytes;
  }

  /** Whether a series has a model, in memory or in a file. */
  has(key: string): boolean {
    return this.series.has(key);
  }

  /** The same as `find`, but a model that is in memory keeps its place among the quiet ones. */
  peek(key: string): SeriesModel | undefined {
    return this.series.get(key)?.model ?? this.find(key);
  }

  /**
   * The model of a series; undefined when there is none. What it learns is to be told to `learned`.
   * @throws Error when it is in a file that cannot be read
   */
  find(key: string): SeriesModel | undefined {
    const series = this.series.get(key);
    if (!series) return undefined;
    if (!series.model) return this.fetch(series);
    this.live.delete(series);
    this.live.add(series);
    this.recount(series);
    return series.model;
  }

  /** A new model for a series that has none. */
  add(key: string, vector: FieldVector): SeriesModel {
    const model = this.newModel(this.settings, vector);
    const series = newSeries(key, vector, this.settings.timeDecay);
    this.admit(series, model);
    this.series.set(key, series);
    while (this.size > this.settings.maxKeys) this.forgetQuietest();
    return model;
  }

  /** @param numbers of the records that a series' model has just learned, before any transform */
  learned(key: string, numbers: readonly number[]): void {
    const series = this.series.get(key);
    if (!series?.model) return;
    series.used = ++this.uses;
    this.series.delete(key);
    this.series.set(key, series);
    this.news.learn(series, series.model, numbers);
  }

  /** Forgets the model of one series, or all of them. */
  forget(key?: string): void {
    for (const each of key === undefined ? [...this.series.keys()] : [key]) {
      const series = this.series.get(each);
      if (!series) continue;
      this.drop(series);
      this.series.delete(each);
      this.news.forget(series);
    }
  }

  /** What has become of the models since the last call. See Keeping. */
  changes(): PartChange[] {
    return this.news.take();
  }

  /**
   * Goes on from what was saved, and from that alone. Models come into memory with the next record of their series.
   * @throws Error when it cannot be used; all is as before
   */
  restore(parts: SavedParts, version: number): void {
    if (parts.size > 0 && version !== partsVersion) {
      throw new Error(`the saved models must be of version ${partsVersion}, got ${version}`);
    }
    const { found, now, isExchanged, changes } = settle(readParts(parts), shapeOf(this.settings));
    this.close();
    const all = now.map((saved) => savedSeries(saved, isExchanged));
    for (const series of all) this.series.set(series.key, series);
    this.uses = all.at(-1)?.used ?? 0;
    this.news.restart(isExchanged ? all : [], changes);
    this.listener.found?.(found);
  }

  /** Gives the memory of all models back; what no checkpoint has is lost. */
  close(): void {
    for (const series of this.live) this.drop(series);
    for (const { file } of this.series.values()) this.files.release(file);
    this.series.clear();
    this.news.clear();
  }

  /** Brings a model back into memory. */
  private fetch(series: Series): SeriesModel {
    const model = withDecayOf(this.settings, this.read(series), this.kernel);
    // What it learns from now on must not be learned again with the decay of what it has learned before.
    if (series.timeDecay !== this.settings.timeDecay) this.news.save(series, model);
    this.admit(series, model);
    if (series.isBaseDue) series.pending = [...decode(series.replay)];
    series.replay = [];
    return model;
  }

  /** The model in the file, or a new one, after it has learned what came since. */
  private read({ key, file, vector, timeDecay, replay }: Series): SeriesModel {
    try {
      const reader = this.vector ?? FieldVector.again(vector.kind, vector.names);
      const model =
        file === undefined
          ? this.newModel({ ...this.settings, timeDecay }, reader)
          : restoreModel(this.files.read(file), this.settings, reader, this.kernel);
      model.learn(decode(replay));
      return model;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const where = file === undefined ? '' : ` The file is ${this.files.fileOf(file)}`;
      throw new Error(
        `the saved model of series "${key}" cannot be used: ${reason}. ` +
          `A message with this topic and reset lets it learn anew.${where}`,
        { cause: error },
      );
    }
  }

  private newModel(settings: RcfScoreSettings, vector: FieldVector): SeriesModel {
    return new SeriesModel(settings, vector, newForest(settings, vector, this.kernel));
  }

  private admit(series: Series, model: SeriesModel): void {
    const bytes = model.byteLength;
    while (this.live.size > 0 && this.bytes + bytes > this.budget) this.sendQuietestAway();
    series.model = model;
    series.bytes = bytes;
    this.live.add(series);
    this.bytes += bytes;
  }

  /** Models grow a little until their sample is full. */
  private recount(series: Series): void {
    const bytes = series.model!.byteLength;
    this.bytes += bytes - series.bytes;
    series.bytes = bytes;
    while (this.live.size > 1 && this.bytes > this.budget) this.sendQuietestAway();
  }

  private sendQuietestAway(): void {
    this.beforeLeaving();
    const series = this.live.values().next().value!;
    if (series.since > 0) this.news.save(series, series.model!);
    this.drop(series);
  }

  private drop(series: Series): void {
    if (!this.live.delete(series)) return;
    this.bytes -= series.bytes;
    series.model!.forest.free();
    series.model = undefined;
  }

  private forgetQuietest(): void {
    const key = this.series.keys().next().value!;
    this.forget(key);
    this.listener.forgotten?.(key);
  }

  private get budget(): number {
    return this.settings.maxMemory * megabyte;
  }
}
