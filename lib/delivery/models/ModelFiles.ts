import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { BlobFolder } from '../checkpoint/BlobFolder';

/**
 * Models in files, each under a name of its own, which tells the series, how much the model has seen and what is in it.
 * A file that a checkpoint refers to is the checkpoints' to remove; one that was written for want of
 * memory and replaced before a checkpoint came by is removed here.
 */
export class ModelFiles {
  /** the names of those that no checkpoint has been told of */
  private readonly own = new Set<string>();

  constructor(readonly folder: BlobFolder) {}

  /** @returns the name of the file */
  write(key: string, records: number, saved: Uint8Array): string {
    const content = `${hash(key)}-${records}-${hash(saved)}`;
    // A model that has come to the same state again finds its file from then, which checkpoints may be about to remove.
    let name = content;
    for (let again = 2; existsSync(this.folder.fileOf(name)); again++) name = `${content}-${again}`;
    this.folder.write(name, saved);
    this.own.add(name);
    return name;
  }

  /** From now on a checkpoint may refer to the file. */
  handOver(name: string): void {
    this.own.delete(name);
  }

  /** The model has no use for its file any more. */
  release(name: string | undefined): void {
    if (name !== undefined && this.own.delete(name)) this.folder.remove(name);
  }

  /** @throws Error when it is gone, cannot be read, or holds something else than was written under this name */
  read(name: string): Uint8Array {
    const saved = this.contentOf(name);
    // A sound model of another series, or of another time, would be taken for this one.
    if (name.split('-')[2] !== hash(saved)) {
      throw new Error(
        'it is not what was written under its name: it is damaged, or another file has its place',
      );
    }
    return saved;
  }

  fileOf(name: string): string {
    return this.folder.fileOf(name);
  }

  private contentOf(name: string): Uint8Array {
    try {
      return this.folder.read(name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new Error('it is gone', { cause: error });
      throw error;
    }
  }
}

function hash(of: string | Uint8Array): string {
  return createHash('sha256').update(of).digest('hex').slice(0, 16);
}
