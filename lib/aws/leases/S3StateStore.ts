import type { S3Client } from '../vendor/clients';
import type { HeldLease } from './HeldLease';
import { unsealManifest } from './manifest';
import { SavedState, StateError } from './SavedState';
import { ShardState } from './ShardState';
import { StateObjects } from './StateObjects';

export interface StateLocation {
  readonly bucket: string;
  /** what keys begin with, with or without a slash at its end; may be empty */
  readonly prefix: string;
  readonly application: string;
}

/**
 * The states of an application's shards in S3, each under `<prefix>/<application>/<shard>/`. Leases point to them: only
 * what a lease points to counts, and nothing is written twice under one key. So a worker that lost its lease, and does not
 * know it yet, can do no harm.
 */
export class S3StateStore {
  private readonly objects: StateObjects;

  constructor(client: () => Promise<S3Client>, { bucket, prefix, application }: StateLocation) {
    const folder = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
    this.objects = new StateObjects(client, bucket, `${folder}${encodeURIComponent(application)}/`);
  }

  /**
   * The state of a shard, for the worker that has its lease; what was saved is its `saved`.
   * @throws StateError when there is one that cannot be used: never a silent fresh start
   */
  async open(lease: HeldLease): Promise<ShardState> {
    const { state } = lease.start;
    const saved = state === undefined ? undefined : await this.read(state, lease.signal);
    return new ShardState(this.objects, lease, saved);
  }

  /**
   * What a pointer leads to, such as that of a parent.
   * @throws StateError when it cannot be used
   */
  async read(pointer: string, signal: AbortSignal): Promise<SavedState> {
    const sealed = await this.objects.get(pointer, signal);
    const where = this.objects.locate(pointer);
    if (!sealed) throw new StateError(where, 'is not there');
    try {
      return new SavedState(this.objects, unsealManifest(sealed));
    } catch (error) {
      throw new StateError(where, `cannot be used: ${(error as Error).message}`, { cause: error });
    }
  }

  /** Deletes all that a shard has. To be called when its lease is removed. */
  async remove(shardId: string, signal: AbortSignal): Promise<void> {
    await this.objects.remove(await this.objects.list(`${shardId}/`, signal), signal);
  }
}
