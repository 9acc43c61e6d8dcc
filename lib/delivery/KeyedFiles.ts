import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { syncFolder } from './durableFile';

const extension = '.bin';

/**
 * Values by key, each in a file of its own in one folder. Files are named by the SHA-256 of their keys, because keys may
 * be any text, and are replaced by renaming, so that each is the old value or the new one, whole.
 */
export class KeyedFiles {
  /** @param folder is made when there is something to write */
  constructor(private readonly folder: string) {}

  static nameOf(key: string): string {
    return createHash('sha256').update(key).digest('hex').slice(0, 40);
  }

  /** The names of all values, the one that was written longest ago first. */
  names(): string[] {
    return (unlessMissing(() => readdirSync(this.folder)) ?? [])
      .filter((file) => file.endsWith(extension))
      .map((file) => ({ file, time: statSync(path.join(this.folder, file)).mtimeMs }))
      .sort((a, b) => a.time - b.time)
      .map(({ file }) => file.slice(0, -extension.length));
  }

  fileOf(name: string): string {
    return path.join(this.folder, name + extension);
  }

  /** The value; undefined where there is none. */
  read(name: string): Uint8Array | undefined {
    return unlessMissing(() => readFileSync(this.fileOf(name)));
  }

  /** Survives the death of this process; a power cut only once `sync` has resolved. */
  write(name: string, value: Uint8Array): void {
    const temporary = this.temporaryOf(name);
    this.make();
    writeFileSync(temporary, value, { mode: 0o600 });
    renameSync(temporary, this.fileOf(name));
  }

  /**
   * Writes without holding up anything else; survives a power cut once it and `sync` have resolved.
   * @param isWanted asked at the moment when the value would take the old one's place
   */
  async writeDurably(name: string, value: Uint8Array, isWanted: () => boolean): Promise<void> {
    const temporary = `${this.temporaryOf(name)}.slow`;
    this.make();
    const handle = await open(temporary, 'w', 0o600);
    try {
      await handle.writeFile(value);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (isWanted()) renameSync(temporary, this.fileOf(name));
    else rmSync(temporary, { force: true });
  }

  async sync(): Promise<void> {
    this.make();
    await syncFolder(this.folder);
  }

  remove(name: string): void {
    rmSync(this.fileOf(name), { force: true });
  }

  /** Removes every value. */
  clear(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private temporaryOf(name: string): string {
    return path.join(this.folder, `${name}.tmp`);
  }

  private make(): void {
    mkdirSync(this.folder, { recursive: true });
  }
}

function unlessMissing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
