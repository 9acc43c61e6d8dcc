import type { HeldLease } from './HeldLease';
import { sealManifest, sha256, type StateObject } from './manifest';
import type { SavedState } from './SavedState';
import type { StateObjects } from './StateObjects';

/**
 * The state of a shard while a worker has its lease. In this order: `put` what is new, `publish`, commit the pointer with
 * the lease, and then `settle`; what the last commit needs stays until there is a newer one.
 */
export class ShardState {
  private readonly current: Map<string, StateObject>;
  /** all keys that the shard is known to have */
  private readonly keys: Set<string>;
  private readonly uploading = new Set<string>();
  /** the keys that each published pointer needs, its own among them, oldest first */
  private readonly needs = new Map<string, ReadonlySet<string>>();
  private readonly folder: string;
  private serial = 0;

  /** @param saved what the lease points to; undefined where there is none yet */
  constructor(
    private readonly objects: StateObjects,
    private readonly lease: HeldLease,
    readonly saved: SavedState | undefined,
  ) {
    this.current = new Map(saved?.manifest.objects);
    this.keys = new Set([...this.current.values()].map(({ key }) => key));
    if (lease.start.state !== undefined) this.keys.add(lease.start.state);
    // No two owners have the same epoch, unless a lease was deleted by hand and began anew; hence the worker's name.
    this.folder = `${lease.shardId}/${paddedEpoch(lease.epoch)}-${encodeURIComponent(lease.worker)}`;
  }

  /** the names of the objects that the next manifest will have */
  get names(): string[] {
    return [...this.current.keys()];
  }

  /** Uploads an object, in the place of the one that had the name. It counts from the next commit on. */
  async put(name: string, content: Uint8Array): Promise<void> {
    const object = { key: this.newKey(), bytes: content.length, sha256: sha256(content) };
    await this.upload(object.key, content, () => this.current.set(name, object));
  }

  /** Leaves an object out from the next commit on. */
  remove(name: string): void {
    this.current.delete(name);
  }

  /**
   * Uploads what the state is now.
   * @param body the part of it that changes with every commit
   * @returns the pointer to commit
   */
  async publish(body: Uint8Array): Promise<string> {
    const objects = new Map(this.current);
    const pointer = this.newKey();
    this.needs.set(pointer, new Set([pointer, ...[...objects.values()].map(({ key }) => key)]));
    await this.upload(pointer, sealManifest({ body, objects }));
    return pointer;
  }

  /** Deletes what nobody needs any more. To be called when the pointer is committed, and not before. */
  async settle(pointer: string): Promise<void> {
    if (!this.needs.has(pointer)) throw new Error(`${pointer} was not published here, or is settled`);
    for (const published of this.needs.keys()) {
      if (published === pointer) break;
      this.needs.delete(published);
    }
    const needed = new Set([...this.needs.values()].flatMap((keys) => [...keys]).concat(...this.uploading));
    for (const { key } of this.current.values()) needed.add(key);
    await this.delete([...this.keys].filter((key) => !needed.has(key)));
  }

  /**
   * Deletes what earlier owners have uploaded and never committed. An owner that does not know yet that it lost the lease
   * may still add to it; the next owner finds that.
   */
  async clean(): Promise<void> {
    const listed = await this.objects.list(`${this.lease.shardId}/`, this.lease.signal);
    await this.delete(listed.filter((key) => !this.keys.has(key) && isOlder(key, this.lease.epoch)));
  }

  /** @param then keeps what was uploaded from being deleted */
  private async upload(key: string, content: Uint8Array, then?: () => void): Promise<void> {
    this.keys.add(key);
    this.uploading.add(key);
    try {
      await this.objects.put(key, content, this.lease.signal);
      then?.();
    } finally {
      this.uploading.delete(key);
    }
  }

  private async delete(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    // Also after the lease has ended: what is deleted here no owner needs.
    await this.objects.remove(keys);
    for (const key of keys) this.keys.delete(key);
  }

  private newKey(): string {
    return `${this.folder}/${this.serial++}`;
  }
}

function paddedEpoch(epoch: number): string {
  return String(epoch).padStart(12, '0');
}

/** Whether an owner before the one of this epoch has written it. */
function isOlder(key: string, epoch: number): boolean {
  const [, written = ''] = /^[^/]*\/(\d+)-/.exec(key) ?? [];
  return written !== '' && Number(written) < epoch;
}
