import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { syncFolder } from '../durableFile';

const extension = '.bin';
const temporary = '.tmp';

/**
 * Large values that parts of a node's state refer to by name, one file each. A name is written once and never again with
 * something else; the checkpoints sync a blob before they commit a part that refers to it, and remove it once no
 * checkpoint that could be gone back to does.
 */
export class BlobFolder {
  /** @param folder is made when there is something to write */
  constructor(private readonly folder: string) {}

  names(): string[] {
    return this.files()
      .filter((file) => file.endsWith(extension))
      .map((file) => file.slice(0, -extension.length));
  }

  private files(): string[] {
    try {
      return readdirSync(this.folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }

  fileOf(name: string): string {
    return path.join(this.folder, name + extension);
  }

  /** Removes what a crash has left half written. */
  clean(): void {
    for (const name of this.files()) {
      if (name.endsWith(temporary)) rmSync(path.join(this.folder, name), { force: true });
    }
  }

  /** @throws Error when it is not there or cannot be read */
  read(name: string): Uint8Array {
    return readFileSync(this.fileOf(name));
  }

  /** Survives the death of this process; a power cut only after `sync`. */
  write(name: string, value: Uint8Array): void {
    mkdirSync(this.folder, { recursive: true });
    const beside = this.fileOf(name) + temporary;
    writeFileSync(beside, value, { mode: 0o600 });
    renameSync(beside, this.fileOf(name));
  }

  /** Makes sure that these survive a power cut. */
  async sync(names: Iterable<string>): Promise<void> {
    let some = false;
    for (const name of names) {
      const handle = await open(this.fileOf(name), 'r');
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
      some = true;
    }
    if (some) await syncFolder(this.folder);
  }

  /** Removes all of them. */
  clear(): void {
    for (const name of this.names()) this.remove(name);
  }

  remove(name: string): void {
    rmSync(this.fileOf(name), { force: true });
  }
}
