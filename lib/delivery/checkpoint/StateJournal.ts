import { existsSync, readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { open, rm, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { replaceFile } from '../durableFile';
import { decodeFrame, encodeFrame } from './frames';
import { StateTable, type DroppedBlob, type NodeChanges } from './StateTable';

/** The first line of a journal. The version counts changes of anything that follows. */
const title = 'streamcut-state';
const version = 1;
const firstLine = Buffer.from(`${title} ${version}\n`);

/** Stands beside a journal, so that a journal that is gone is not taken for one that never was. */
const marker = 'journals-begun.txt';
const markerText =
  'A journal with the state of nodes stands here. Delete the whole folder to start without state.\n';

/** Bytes beyond twice the state itself at which a journal begins anew. */
const slack = 4 * 1024 * 1024;

/** Saved state that cannot be used. Says which, why, and what a person can do. */
export class StateError extends Error {
  constructor(file: string, problem: string, cause?: unknown) {
    super(
      `the saved state in ${file} ${problem}. Restore the file, or delete the folder to start without state.`,
      { cause },
    );
    this.name = 'StateError';
  }
}

/**
 * The state of all nodes on disk: one file that begins with the whole state and grows by a frame each checkpoint. A
 * checkpoint is all or nothing: a frame that a crash has cut off does not count, and the state is that of the one before
 * it. When the file has grown too long, or is not there any more, a new one begins and takes its place.
 */
export class StateJournal {
  readonly table = new StateTable();
  private sequence = 0;
  /** where the next frame goes */
  private end = 0;
  private baseBytes = 0;
  private file: { readonly name: string; handle: FileHandle | undefined } | undefined;
  private isMarked = false;
  /** blobs that only frames of the present file refer to */
  private dropped: DroppedBlob[] = [];

  private constructor(private readonly folder: string) {}

  /**
   * @param folder of the journal alone
   * @throws StateError when there is state that cannot be read
   */
  static open(folder: string): StateJournal {
    const journal = new StateJournal(folder);
    journal.read();
    return journal;
  }

  /** Bytes of the file. */
  get byteLength(): number {
    return this.end;
  }

  /** The blobs of a node that some frame of the file refers to. */
  blobsOf(node: string): Set<string> {
    const blobs = this.table.blobsOf(node);
    for (const each of this.dropped) if (each.node === node) blobs.add(each.blob);
    return blobs;
  }

  /**
   * Adds a checkpoint. Survives a power cut once resolved; when it rejects, nothing has been added. Not to be called again
   * before it has settled.
   * @returns blobs that nothing on disk refers to any more
   */
  async append(nodes: readonly NodeChanges[]): Promise<DroppedBlob[]> {
    const dropped = (await this.isThere()) ? [] : await this.beginAnew();
    await this.mark();
    const frame = encodeFrame({ sequence: this.sequence + 1, nodes });
    await this.write(frame);
    this.sequence++;
    this.end += frame.length;
    this.dropped.push(...this.applyAll(nodes));
    if (this.end <= 2 * this.baseBytes + slack) return dropped;
    // The checkpoint is safe. A disk that has no room for a new file will be told of by the next one.
    return [...dropped, ...(await this.beginAnew().catch(() => []))];
  }

  /** Only once there is a journal. That it cannot be done is no harm: the next checkpoint tries again. */
  private async mark(): Promise<void> {
    if (this.isMarked) return;
    const file = path.join(this.folder, marker);
    this.isMarked = existsSync(file) || (await replaceFile(file, markerText).then(isDone, isNotDone));
  }

  async close(): Promise<void> {
    await this.file?.handle?.close();
    if (this.file) this.file.handle = undefined;
  }

  private applyAll(nodes: readonly NodeChanges[]): DroppedBlob[] {
    return nodes.flatMap((each) => this.table.apply(each));
  }

  /**
   * Whether there is a file to add to. Somebody may have removed it: writing to one without a name would succeed, and
   * nobody would ever find it.
   */
  private async isThere(): Promise<boolean> {
    const { handle, name } = this.file ?? {};
    if (handle) return (await handle.stat()).nlink > 0;
    return name !== undefined && existsSync(name);
  }

  private async write(frame: Buffer): Promise<void> {
    const file = this.file!;
    try {
      file.handle ??= await this.openAtEnd(file.name);
      const { bytesWritten } = await file.handle.write(frame, 0, frame.length, this.end);
      if (bytesWritten < frame.length) throw new Error('the disk is full');
      await file.handle.datasync();
    } catch (error) {
      await this.takeBack(file);
      throw error;
    }
  }

  private async openAtEnd(name: string): Promise<FileHandle> {
    const handle = await open(name, 'r+');
    // A crash may have left part of a frame behind.
    await handle.truncate(this.end);
    return handle;
  }

  /** What was half written must not lie behind the frame that is tried next. */
  private async takeBack(file: NonNullable<StateJournal['file']>): Promise<void> {
    const { handle } = file;
    file.handle = undefined;
    await handle?.close().catch(() => undefined);
    try {
      truncateSync(file.name, this.end);
    } catch {
      // It will be overwritten, or, cut off as it is, not count.
    }
  }

  /** Writes the whole state into a new file. @returns the blobs that only the old one referred to */
  private async beginAnew(): Promise<DroppedBlob[]> {
    const sequence = this.sequence + 1;
    const base = Buffer.concat([firstLine, encodeFrame({ sequence, nodes: [...this.table.entries()] })]);
    const name = path.join(this.folder, `journal-${String(sequence).padStart(10, '0')}.bin`);
    try {
      await replaceFile(name, base);
    } catch (error) {
      // It may be in place and only not be synced, and must not be taken for the newer one of two.
      await rm(name, { force: true }).catch(() => undefined);
      throw error;
    }
    const old = this.file;
    await old?.handle?.close();
    this.file = { name, handle: undefined };
    this.sequence = sequence;
    this.end = this.baseBytes = base.length;
    if (old) rmSync(old.name, { force: true });
    const { dropped } = this;
    this.dropped = [];
    return dropped;
  }

  private read(): void {
    const names = journalsIn(this.folder);
    const name = names.at(-1);
    if (name === undefined) {
      if (existsSync(path.join(this.folder, marker))) throw new StateError(this.folder, 'is gone');
      return;
    }
    this.file = { name, handle: undefined };
    const bytes = this.contentOf(name);
    if (!bytes.subarray(0, firstLine.length).equals(firstLine)) throw this.refusal(name, bytes);
    this.end = firstLine.length;
    while (this.end < bytes.length) {
      const next = decodeOrRefuse(name, bytes, this.end);
      if (next === 'damaged') {
        throw new StateError(name, `is damaged: what begins at byte ${this.end} cannot be read`);
      }
      if (next === 'cut off') break;
      this.dropped.push(...this.applyAll(next.frame.nodes));
      this.sequence = next.frame.sequence;
      this.baseBytes ||= next.end;
      this.end = next.end;
    }
    if (this.baseBytes === 0) throw new StateError(name, 'is damaged: its beginning is missing');
    for (const older of names.slice(0, -1)) rmSync(older, { force: true });
  }

  private contentOf(name: string): Buffer {
    try {
      return readFileSync(name);
    } catch (error) {
      throw new StateError(name, `cannot be read: ${(error as Error).message}`, error);
    }
  }

  private refusal(name: string, bytes: Buffer): StateError {
    const line = bytes.subarray(0, 64).toString('latin1').split('\n', 1)[0]!;
    const [, other] = /^streamcut-state (\d{1,9})$/.exec(line) ?? [];
    return new StateError(
      name,
      other === undefined || Number(other) === version
        ? 'is damaged: it does not begin as a journal does'
        : `must be of version ${version}, got ${other}: another version of Streamcut wrote it`,
    );
  }
}

const isDone = () => true;
const isNotDone = () => false;

function decodeOrRefuse(name: string, bytes: Buffer, at: number): ReturnType<typeof decodeFrame> {
  try {
    return decodeFrame(bytes, at);
  } catch (error) {
    throw new StateError(name, `cannot be used: ${(error as Error).message}`, error);
  }
}

/** The journals of a folder, the newest last. There are two only when a crash came between beginning one and removing the other. */
function journalsIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /^journal-\d{10}\.bin$/.test(name))
      .sort()
      .map((name) => path.join(folder, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new StateError(folder, `cannot be read: ${(error as Error).message}`, error);
  }
}
