import { KeyedFiles } from '../../lib/delivery/KeyedFiles';
import type { KernelName, Threads } from '../../lib/random-cut-forest';
import type { FieldVector } from './FieldVector';
import { keyOfSaved, restoreModel, saveModel } from './savedModel';
import { newForest, SeriesModel } from './SeriesModel';
import type { RcfScoreSettings } from './settings';

const megabyte = 1e6;
/** Disks that make sure of what they write take milliseconds, but take several files at a time. */
const savedAtOnce = 8;

/** A model in memory. */
interface Live {
  readonly model: SeriesModel;
  /** what it is counted with in the memory budget */
  bytes: number;
  /** records that the model in its file has seen; 0 without a file */
  saved: number;
}

/**
 * The models of all series, within two bounds. Beyond `maxMemory` the one that was quiet longest goes into its file, from
 * where it comes back exactly as it went; beyond `maxKeys` it is forgotten.
 *
 * A model that has to go or to come is written or read at once (about 1 ms a megabyte), which keeps the records in order.
 */
export class SeriesModels {
  /** by key, the one that was quiet longest first */
  private readonly live = new Map<string, Live>();
  /** names of the files whose models are not in memory, quietest first */
  private readonly away: Set<string>;
  private bytes = 0;

  /**
   * @param vector reads the fields that the settings name
   * @param onForgotten is told the key of each model that had to make room for another
   * @param beforeLeaving is called before a model goes into its file: it has to be up to date by then
   * @param kernel what the forests calculate with
   */
  constructor(
    private readonly settings: RcfScoreSettings,
    private readonly files: KeyedFiles,
    private readonly vector: FieldVector | undefined,
    private readonly onForgotten: (key: string) => void,
    private readonly beforeLeaving: () => void,
    private readonly kernel?: KernelName | Threads,
  ) {
    this.away = new Set(files.names());
  }

  get size(): number {
    return this.live.size + this.away.size;
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
    return this.live.has(key) || this.away.has(KeyedFiles.nameOf(key));
  }

  /** The same as `find`, but a model that is in memory keeps its place among the quiet ones. */
  peek(key: string): SeriesModel | undefined {
    return this.live.get(key)?.model ?? this.find(key);
  }

  /**
   * The model of a series, now the one used last; undefined when there is none.
   * @throws Error when it is in a file that cannot be read
   */
  find(key: string): SeriesModel | undefined {
    const live = this.live.get(key);
    if (live) {
      this.live.delete(key);
      this.live.set(key, live);
      this.recount(live);
      return live.model;
    }
    const name = KeyedFiles.nameOf(key);
    if (!this.away.has(name)) return undefined;
    const model = this.read(key, name);
    this.admit(key, model, model.forest.seen);
    this.away.delete(name);
    return model;
  }

  /** A new model for a series that has none. */
  add(key: string, vector: FieldVector): SeriesModel {
    const model = new SeriesModel(this.settings, vector, newForest(this.settings, vector, this.kernel));
    this.admit(key, model, 0);
    while (this.size > this.settings.maxKeys) this.forgetQuietest();
    return model;
  }

  /** Forgets the model of one series, or all of them. */
  forget(key?: string): void {
    if (key === undefined) {
      this.close();
      this.away.clear();
      this.files.clear();
      return;
    }
    const hadFile = this.live.get(key)?.saved !== 0;
    this.drop(key);
    if (!hadFile) return;
    const name = KeyedFiles.nameOf(key);
    this.away.delete(name);
    this.files.remove(name);
  }

  /**
   * Writes every model that has learned something since it was written last, and survives a power cut once resolved.
   * Models go on learning and moving meanwhile. Not to be called again before it has settled.
   */
  async save(): Promise<void> {
    // In the order of their last use, which the times of the files keep for the next start.
    const waiting = [...this.live].values();
    let written = false;
    const saveOneByOne = async () => {
      for (const [key, live] of waiting) if (await this.saveOne(key, live)) written = true;
    };
    const savers = await Promise.allSettled(Array.from({ length: savedAtOnce }, saveOneByOne));
    if (written) await this.files.sync();
    for (const each of savers) if (each.status === 'rejected') throw each.reason;
  }

  private async saveOne(key: string, live: Live): Promise<boolean> {
    if (this.live.get(key) !== live) return false;
    const { seen } = live.model.forest;
    const isWanted = () => this.live.get(key) === live && live.saved < seen;
    if (!isWanted()) return false;
    const saved = saveModel(key, live.model, this.settings);
    await this.files.writeDurably(KeyedFiles.nameOf(key), saved, isWanted);
    if (isWanted()) live.saved = seen;
    return true;
  }

  /** Gives the memory of all models back; what was not saved is lost. */
  close(): void {
    for (const key of [...this.live.keys()]) this.drop(key);
  }

  private read(key: string, name: string): SeriesModel {
    try {
      const saved = this.files.read(name);
      if (!saved) throw new Error('it is gone');
      return restoreModel(saved, this.settings, this.vector, this.kernel);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(
        `the saved model of series "${key}" cannot be used: ${reason}. ` +
          `A message with this topic and reset lets it learn anew. The file is ${this.files.fileOf(name)}`,
        { cause: error },
      );
    }
  }

  private admit(key: string, model: SeriesModel, saved: number): void {
    const bytes = model.byteLength;
    while (this.live.size > 0 && this.bytes + bytes > this.budget) this.sendQuietestAway();
    this.live.set(key, { model, bytes, saved });
    this.bytes += bytes;
  }

  /** Models grow a little until their sample is full. */
  private recount(live: Live): void {
    const bytes = live.model.byteLength;
    this.bytes += bytes - live.bytes;
    live.bytes = bytes;
    while (this.live.size > 1 && this.bytes > this.budget) this.sendQuietestAway();
  }

  private sendQuietestAway(): void {
    this.beforeLeaving();
    const [key, live] = this.live.entries().next().value!;
    const name = KeyedFiles.nameOf(key);
    if (live.saved !== live.model.forest.seen) {
      this.files.write(name, saveModel(key, live.model, this.settings));
    }
    this.drop(key);
    this.away.add(name);
  }

  private drop(key: string): void {
    const live = this.live.get(key);
    if (!live) return;
    this.bytes -= live.bytes;
    this.live.delete(key);
    live.model.forest.free();
  }

  private forgetQuietest(): void {
    const name = this.away.values().next().value;
    if (name === undefined) {
      const key = this.live.keys().next().value!;
      this.forget(key);
      this.onForgotten(key);
      return;
    }
    const saved = this.files.read(name);
    this.away.delete(name);
    this.files.remove(name);
    this.onForgotten((saved && keyOfSaved(saved)) ?? name);
  }

  private get budget(): number {
    return this.settings.maxMemory * megabyte;
  }
}
