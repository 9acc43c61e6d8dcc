import { existsSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { KeyedFiles } from '../../lib/delivery/KeyedFiles';
import { shapeOfSaved } from './savedModel';
import { changesOf, type Shape, type ShapeChange } from './shape';

/** What became of the models that lay in the folder. */
export type Found =
  | { readonly models: 'kept' }
  /** they were learned with other settings, and wait for those to come back */
  | { readonly models: 'set-aside'; readonly count: number; readonly changes: readonly ShapeChange[] }
  /** those that an earlier change of settings had set aside fit again */
  | { readonly models: 'taken-back'; readonly count: number; readonly changes: readonly ShapeChange[] };

/**
 * Where the models of one node lie. Changed settings that make other models of them do not destroy what was learned: the
 * models are set aside, one generation of them, and taken back when the settings are.
 */
export class ModelFolder {
  readonly files: KeyedFiles;
  private readonly now: string;
  private readonly before: string;
  private readonly between: string;

  constructor(private readonly folder: string) {
    this.now = path.join(folder, 'now');
    this.before = path.join(folder, 'before');
    this.between = path.join(folder, 'between');
    this.files = new KeyedFiles(this.now);
  }

  /** Makes `files` hold the models of these settings, and no others. */
  open(shape: Shape): Found {
    this.finishExchange();
    const changes = changesIn(this.files, shape);
    if (changes.length === 0) return { models: 'kept' };
    const earlier = new KeyedFiles(this.before);
    if (earlier.names().length > 0 && changesIn(earlier, shape).length === 0) {
      renameSync(this.now, this.between);
      this.finishExchange();
      return { models: 'taken-back', count: this.files.names().length, changes };
    }
    const count = this.files.names().length;
    earlier.clear();
    renameSync(this.now, this.before);
    return { models: 'set-aside', count, changes };
  }

  /** Removes everything. */
  discard(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Two folders cannot change places at once; this also goes on with an exchange that a crash has cut short. */
  private finishExchange(): void {
    if (!existsSync(this.between)) return;
    if (!existsSync(this.now) && existsSync(this.before)) renameSync(this.before, this.now);
    renameSync(this.between, this.before);
  }
}

/** How the settings differ from those that the models were learned with. Damaged models do not tell. */
function changesIn(files: KeyedFiles, shape: Shape): ShapeChange[] {
  for (const name of files.names().reverse()) {
    const saved = files.read(name);
    const learned = saved && shapeOfSaved(saved);
    if (learned) return changesOf(learned, shape);
  }
  return [];
}
