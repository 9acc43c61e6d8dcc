import type { PartChange } from '../../lib/delivery/checkpoint/Keeping';
import type { ModelFiles } from '../../lib/delivery/models/ModelFiles';
import { encode } from '../../lib/delivery/models/numbers';
import { appendOf, baseOf, partName, putOf } from './parts';
import { saveModel } from './savedModel';
import type { Series } from './Series';
import type { SeriesModel } from './SeriesModel';
import type { RcfScoreSettings } from './settings';
import { shapeOf, type Shape } from './shape';

/** Records after which a model is written anew. Until then it is the last one, and has these to learn when it comes back. */
const mostRecords = 2000;
/** The same in checkpoints, since what each has appended takes room of its own, however little it is. */
const mostAppends = 500;
/** What one checkpoint may write at most, since it holds up everything else: a few ms a megabyte. */
const mostFiles = 4;
const mostBytes = 8e6;

/**
 * What has become of the series since the last checkpoint. A record costs the checkpoints its numbers, and now and then a
 * file with the whole model puts an end to the numbers that would have to be learned again.
 */
export class SeriesChanges {
  private readonly shape: Shape;
  private readonly changed = new Set<Series>();
  /** those that need another file, see `burdenOf` */
  private readonly overdue = new Set<Series>();
  /** keys of series that a checkpoint has a part for, and that were forgotten */
  private readonly forgotten = new Set<string>();
  private others: readonly PartChange[] = [];
  private hasFailed = false;

  /** @param onError is told why a file cannot be written, once until one can */
  constructor(
    private readonly settings: RcfScoreSettings,
    private readonly files: ModelFiles,
    private readonly onError: (error: unknown) => void,
  ) {
    this.shape = shapeOf(settings);
  }

  /**
   * Begins anew, after a checkpoint.
   * @param changed the series whose parts have to be begun anew
   * @param others what there is to be told of other parts
   */
  restart(changed: readonly Series[], others: readonly PartChange[]): void {
    this.clear();
    for (const series of changed) this.changed.add(series);
    this.others = others;
  }

  /** Forgets all that was to be told. */
  clear(): void {
    this.changed.clear();
    this.overdue.clear();
    this.forgotten.clear();
    this.others = [];
  }

  /** @param numbers of the records that the series' model has learned, before any transform */
  learn(series: Series, model: SeriesModel, numbers: readonly number[]): void {
    const { length: dimensions } = series.vector.names;
    series.since += numbers.length / dimensions;
    if (!this.settings.persist) return;
    this.changed.add(series);
    // Checkpoints may be long in coming; memory is bounded nonetheless.
    const isMuch = series.pending.length + numbers.length > mostRecords * dimensions;
    if (isMuch && !this.hasFailed && this.trySave(series, model)) return;
    for (const number of numbers) series.pending.push(number);
    if (burdenOf(series) > 1) this.overdue.add(series);
  }

  /**
   * Writes a series' model to a file of its own, from which it goes on.
   * @throws Error when it cannot be written; all is as before
   */
  save(series: Series, model: SeriesModel): void {
    const { seen } = model.forest;
    const file = this.files.write(series.key, seen, saveModel(series.key, model, this.settings));
    this.files.release(series.file);
    series.file = file;
    series.fileRecords = seen;
    series.timeDecay = this.settings.timeDecay;
    series.since = 0;
    series.appends = 0;
    series.replay = [];
    series.pending = [];
    series.isBaseDue = true;
    this.changed.add(series);
    this.overdue.delete(series);
  }

  forget(series: Series): void {
    this.files.release(series.file);
    this.changed.delete(series);
    this.overdue.delete(series);
    if (series.isKept) this.forgotten.add(series.key);
  }

  /** What the checkpoint has to be told. */
  take(): PartChange[] {
    this.saveOverdue();
    const changes = [...this.others];
    for (const series of this.changed) {
      changes.push(this.changeOf(series));
      this.forgotten.delete(series.key);
    }
    for (const key of this.forgotten) changes.push({ part: partName('now', key), remove: true });
    // Those that are overdue still are.
    this.changed.clear();
    this.forgotten.clear();
    this.others = [];
    return changes;
  }

  private changeOf(series: Series): PartChange {
    const part = partName('now', series.key);
    const { pending, file } = series;
    series.pending = [];
    if (!series.isBaseDue) {
      series.appends++;
      return { part, append: appendOf(series.used, pending) };
    }
    series.isBaseDue = false;
    series.isKept = true;
    const put = putOf(baseOf(series, this.shape), [...series.replay, encode(pending)]);
    if (file === undefined) return { part, put };
    this.files.handOver(file);
    return { part, put, blob: file };
  }

  /** Those that are overdue most come first; the others have their turn at the next checkpoints. */
  private saveOverdue(): void {
    if (this.overdue.size === 0) return;
    const first = [...this.overdue].sort((a, b) => burdenOf(b) - burdenOf(a)).slice(0, mostFiles);
    let bytes = 0;
    for (const series of first) {
      if (bytes >= mostBytes || !series.model || !this.trySave(series, series.model)) return;
      bytes += series.bytes;
    }
  }

  /** Not having a file is no harm: the numbers are kept instead. */
  private trySave(series: Series, model: SeriesModel): boolean {
    try {
      this.save(series, model);
      this.hasFailed = false;
      return true;
    } catch (error) {
      if (!this.hasFailed) this.onError(error);
      this.hasFailed = true;
      return false;
    }
  }
}

/** How much has come together since the series' file; from 1 on it needs another. */
function burdenOf({ since, appends }: Series): number {
  return Math.max(since / mostRecords, appends / mostAppends);
}
