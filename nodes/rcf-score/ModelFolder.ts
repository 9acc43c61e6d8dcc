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
  | { readonly models: 'taken-back'; readonly count: number };

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
    const learned = shapeIn(this.files);
    const changes = learned ? changesOf(learned, shape) : [];
    if (learned && changes.length === 0) return { models: 'kept' };

    const earlier = new KeyedFiles(this.before);
    const earlierShape = shapeIn(earlier);
    if (earlierShape && changesOf(earlierShape, shape).length === 0) {
      if (existsSync(this.now)) renameSync(this.now, this.between);
      else renameSync(this.before, this.now);
      this.finishExchange();
      return { models: 'taken-back', count: this.files.names().length };
    }
    if (!learned) return { models: 'kept' };
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

/** The settings that the models were learned with; undefined when there are none, or only damaged ones. */
function shapeIn(files: KeyedFiles): Shape | undefined {
  for (const name of files.names().reverse()) {
    const saved = files.read(name);
    const shape = saved && shapeOfSaved(saved);
    if (shape) return shape;
  }
  return undefined;
}
