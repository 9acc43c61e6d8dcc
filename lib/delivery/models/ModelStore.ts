import type { PartChange, SavedParts } from '../checkpoint/Keeping';
import { LiveModels, type Weighing } from './LiveModels';
import type { ModelFiles } from './ModelFiles';
import { newEntry, storedEntry, type Entry } from './modelEntry';
import { decode, encode } from './numbers';
import { isModelPart, modelPart, putOf, readModel } from './storedModel';

/** What a store needs to know of the models in it. */
export interface ModelKind<M> extends Weighing<M> {
  /** numbers that a lesson has */
  readonly width: number;
  create(): M;
  /** A model that goes on bit by bit where the one that was saved stood. @throws Error when it cannot */
  open(saved: Uint8Array): M;
  save(model: M): Uint8Array;
  /** Learns lessons, one after the other. */
  learn(model: M, lessons: Float64Array): void;
}

/** Lessons after which a model is written anew: as many as a model has to learn again at most when it comes back. */
const mostLessons = 200;
/** Lessons that wait for a checkpoint at most. */
const mostPending = 5 * mostLessons;
/** A checkpoint writes so many files at most, and twice the part of all whose turn it is on average. */
const leastFiles = 4;

/**
 * Very many models of one kind within a bound of memory: beyond it the one that was used longest ago goes into a file,
 * from where it comes back exactly as it went, so that the bound changes no result.
 *
 * Checkpoints hold a model as a file and the lessons after it. So a lesson costs them its numbers, and now and then a file
 * with the whole model puts an end to what would have to be learned again. What goes or comes is written or read at once,
 * which keeps everything in order.
 */
export class ModelStore<M> {
  private readonly entries = new Map<string, Entry<M>>();
  private readonly live: LiveModels<M>;
  private readonly changed = new Set<Entry<M>>();
  /** those that need another file */
  private readonly overdue = new Set<Entry<M>>();
  /** keys that a checkpoint has a part for, and that were forgotten */
  private readonly forgotten = new Set<string>();
  private hasFailed = false;

  /**
   * @param budget bytes of the models in memory, of which there is always one
   * @param notWritten is told why a model cannot be written to a file, once until one can
   */
  constructor(
    private readonly kind: ModelKind<M>,
    private readonly files: ModelFiles,
    private readonly budget: number,
    private readonly notWritten: (error: unknown) => void = () => undefined,
  ) {
    this.live = new LiveModels(kind);
  }

  get size(): number {
    return this.entries.size;
  }

  /** How many models are in memory. */
  get liveSize(): number {
    return this.live.size;
  }

  /** Bytes of the models in memory. */
  get byteLength(): number {
    return this.live.byteLength;
  }

  has(key: string): boolean {
    return this.entries.has(key);
  }

  isLive(key: string): boolean {
    return this.entries.get(key)?.model !== undefined;
  }

  /** Lessons that a model has to learn again when it is used next. */
  lessonsBehind(key: string): number {
    const entry = this.entries.get(key);
    return entry && !entry.model ? entry.since : 0;
  }

  /** Makes place for a model that is not there yet. */
  add(key: string): void {
    const entry = newEntry<M>(key);
    this.entries.set(key, entry);
    this.changed.add(entry);
  }

  /**
   * The model of a key that was added. What it learns is to be told to `learned` before another one is used.
   * @throws Error when it is in a file that cannot be read
   */
  use(key: string): M {
    const entry = this.entryOf(key);
    if (!entry.model) return this.fetch(entry);
    this.live.touch(entry);
    return entry.model;
  }

  /** @param lesson that the model of the key has just learned */
  learned(key: string, lesson: readonly number[]): void {
    const entry = this.entryOf(key);
    entry.since++;
    for (const number of lesson) entry.pending.push(number);
    this.changed.add(entry);
    this.live.recount(entry);
    while (this.live.size > 1 && this.live.byteLength > this.budget) this.sendQuietestAway();
    // Checkpoints may be long in coming; memory is bounded nonetheless.
    const isMuch = entry.pending.length >= mostPending * this.kind.width;
    if (isMuch && !this.hasFailed) this.trySave(entry);
    else if (entry.since >= mostLessons) this.overdue.add(entry);
  }

  /** Forgets the model of one key, or all of them. */
  forget(key?: string): void {
    for (const each of key === undefined ? [...this.entries.keys()] : [key]) {
      const entry = this.entries.get(each);
      if (!entry) continue;
      this.live.drop(entry);
      this.files.release(entry.file);
      this.entries.delete(each);
      this.changed.delete(entry);
      this.overdue.delete(entry);
      if (entry.isKept) this.forgotten.add(each);
    }
  }

  /** See Keeping. */
  changes(): PartChange[] {
    this.saveOverdue();
    const changes: PartChange[] = [];
    for (const entry of this.changed) {
      changes.push(this.changeOf(entry));
      this.forgotten.delete(entry.key);
    }
    for (const key of this.forgotten) changes.push({ part: modelPart(key), remove: true });
    this.changed.clear();
    this.forgotten.clear();
    return changes;
  }

  /**
   * Goes on from what `changes` has told, which may stand among other parts. Models come into memory when they are used.
   * @throws Error naming the part that cannot be used; nothing has changed then
   */
  restore(parts: SavedParts): void {
    const stored = [...parts]
      .filter(([name]) => isModelPart(name))
      .map(([name, part]) => readModel(name, part));
    this.close();
    for (const model of stored) this.entries.set(model.base.key, storedEntry(model, this.kind.width));
  }

  /** Gives the memory of all models back; what no checkpoint has is lost. */
  close(): void {
    for (const entry of this.live) this.live.drop(entry);
    for (const { file } of this.entries.values()) this.files.release(file);
    this.entries.clear();
    this.changed.clear();
    this.overdue.clear();
    this.forgotten.clear();
  }

  private entryOf(key: string): Entry<M> {
    const entry = this.entries.get(key);
    if (!entry) throw new Error(`there is no model of "${key}"`);
    return entry;
  }

  private changeOf(entry: Entry<M>): PartChange {
    const part = modelPart(entry.key);
    const { key, fileLessons: lessons, file, pending } = entry;
    entry.pending = [];
    if (!entry.isBaseDue) {
      return { part, append: encode(pending) };
    }
    entry.isBaseDue = false;
    entry.isKept = true;
    const put = putOf({ key, lessons, ...(file ? { file } : {}) }, pending);
    if (file === undefined) return { part, put };
    this.files.handOver(file);
    return { part, put, blob: file };
  }

  /** Brings a model into memory. */
  private fetch(entry: Entry<M>): M {
    const model = this.read(entry);
    const bytes = this.kind.byteLength(model);
    while (this.live.size > 0 && this.live.byteLength + bytes > this.budget) this.sendQuietestAway();
    entry.replay = [];
    this.live.add(entry, model);
    return model;
  }

  /** The model in the file, or a new one, after it has learned what came since. */
  private read({ key, file, replay }: Entry<M>): M {
    let model: M | undefined;
    try {
      model = file === undefined ? this.kind.create() : this.kind.open(this.files.read(file));
      this.kind.learn(model, decode(replay));
      return model;
    } catch (error) {
      if (model !== undefined) this.kind.free(model);
      const reason = error instanceof Error ? error.message : String(error);
      const where = file === undefined ? '' : ` The file is ${this.files.fileOf(file)}`;
      throw new Error(
        `the saved model of series "${key}" cannot be used: ${reason}. ` +
          `A message with this topic and reset lets it learn anew.${where}`,
        { cause: error },
      );
    }
  }

  private sendQuietestAway(): void {
    const entry = this.live.quietest!;
    if (entry.since > 0) this.save(entry);
    this.live.drop(entry);
  }

  /** @throws Error when it cannot be written; all is as before */
  private save(entry: Entry<M>): void {
    const lessons = entry.fileLessons + entry.since;
    const file = this.files.write(entry.key, lessons, this.kind.save(entry.model!));
    this.files.release(entry.file);
    entry.file = file;
    entry.fileLessons = lessons;
    entry.since = 0;
    entry.pending = [];
    entry.isBaseDue = true;
    this.changed.add(entry);
    this.overdue.delete(entry);
  }

  /** Those that have waited longest come first; the others have their turn at the next checkpoints. */
  private saveOverdue(): void {
    const most = Math.max(leastFiles, Math.ceil((2 * this.size) / mostLessons));
    let written = 0;
    for (const entry of this.overdue) {
      if (written++ >= most) return;
      if (!entry.model) this.overdue.delete(entry);
      else if (!this.trySave(entry)) return;
    }
  }

  /** Not having a file is no harm: the numbers are kept instead. */
  private trySave(entry: Entry<M>): boolean {
    try {
      this.save(entry);
      this.hasFailed = false;
      return true;
    } catch (error) {
      if (!this.hasFailed) this.notWritten(error);
      this.hasFailed = true;
      return false;
    }
  }
}
