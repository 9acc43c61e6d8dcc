import type { BlobFolder } from '../../delivery/checkpoint/BlobFolder';
import { decodeFrame, encodeFrame } from '../../delivery/checkpoint/frames';
import { StateTable, type NodeChanges } from '../../delivery/checkpoint/StateTable';
import { isShardPosition, type ShardPosition } from '../../delivery/positions';
import { hashKeyOf } from '../kinesis/deaggregate';
import type { HashRange } from '../kinesis/records';
import type { HeldLease } from './HeldLease';
import type { S3StateStore } from './S3StateStore';
import { StateError } from './SavedState';
import type { ShardState } from './ShardState';

/** The part of the source's state that says where the shard's reading stands. */
export const positionPart = 'position';

type BlobsOf = (node: string) => BlobFolder | undefined;

/**
 * The checkpoints of one shard, as long as this worker has its lease: what the nodes keep of the shard goes to S3, and
 * the pointer to it into the lease together with the position, in one conditional write.
 */
export class ShardLedger {
  private blobsOf: BlobsOf = () => undefined;
  private last: Promise<unknown> = Promise.resolve();
  private position: ShardPosition | undefined;
  private cleaned = false;

  private constructor(
    private readonly lease: HeldLease,
    private readonly state: ShardState,
    /** the nodes' blobs, by node and name, as they were found */
    private readonly found: Map<string, Uint8Array>,
    private present: StateTable,
    private readonly source: string,
    private readonly onEnd: () => void,
  ) {}

  /**
   * @param source identity of the node that reads the shard
   * @param rangeOf the hash keys of this shard and of its parents, as far as they are known
   * @param onEnd told when the end of the shard is committed
   * @throws StateError when there is state that cannot be used
   */
  static async open(
    store: S3StateStore,
    lease: HeldLease,
    source: string,
    rangeOf: (shardId: string) => HashRange | undefined,
    onEnd: () => void,
  ): Promise<ShardLedger> {
    const state = await store.open(lease);
    const table = new StateTable();
    const found = new Map<string, Uint8Array>();
    const { signal } = lease;
    if (state.saved) {
      table.inherit(tableOf(state.saved.body, lease.shardId), () => true);
      for (const name of state.saved.names) found.set(name, await state.saved.read(name, signal));
    }
    const own = rangeOf(lease.shardId);
    for (const { shardId, state: pointer } of lease.inherited) {
      const saved = await store.read(pointer, signal);
      const whole = rangeOf(shardId);
      table.inherit(tableOf(saved.body, shardId), (route) => belongs(hashKeyOf(route), own, whole));
      for (const name of blobNames(table)) {
        if (found.has(name) || !saved.names.includes(name)) continue;
        found.set(name, await saved.read(name, signal));
        await state.put(name, found.get(name)!);
      }
    }
    table.removePart(source, positionPart);
    return new ShardLedger(lease, state, found, table, source, onEnd);
  }

  get table(): StateTable {
    return this.present;
  }

  /** Puts the blobs that were found to where the nodes look for them. To be called before they are restored. */
  attach(blobsOf: BlobsOf): void {
    this.blobsOf = blobsOf;
    for (const { node, changes } of this.present.entries()) {
      for (const change of changes) {
        const blob = 'put' in change ? change.blob : undefined;
        const content = blob === undefined ? undefined : this.found.get(objectName(node, blob));
        if (content) blobsOf(node)?.write(blob!, content);
      }
    }
    // They are on the disk now.
    this.found.clear();
  }

  /**
   * One commit after the other; none once the lease has ended.
   * @throws the SDK's errors
   */
  commit(changes: readonly NodeChanges[]): Promise<void> {
    const commit = this.last.then(async () => {
      try {
        await this.commitNext(changes);
      } catch (error) {
        // Whoever has the lease now goes on from the last commit; what was lost here is undone with the lease.
        if (!this.lease.signal.aborted) throw error;
      }
    });
    this.last = commit.catch(() => undefined);
    return commit;
  }

  private async commitNext(changes: readonly NodeChanges[]): Promise<void> {
    const next = this.present.copy();
    const dropped = changes.flatMap((each) => next.apply(each));
    for (const { node, changes: parts } of changes) {
      for (const part of parts) {
        if (!('put' in part) || part.blob === undefined) continue;
        const name = objectName(node, part.blob);
        if (!this.state.names.includes(name)) await this.state.put(name, this.blobsOf(node)!.read(part.blob));
      }
    }
    for (const { node, blob } of dropped) this.state.remove(objectName(node, blob));
    const position = positionIn(changes, this.source) ?? this.position ?? this.lease.start.position;
    const pointer = await this.state.publish(encodeFrame({ sequence: 0, nodes: [...next.entries()] }));
    await this.lease.commit({ position, state: pointer });
    this.present = next;
    this.position = position.at === 'latest' ? undefined : position;
    for (const { node, blob } of dropped) this.blobsOf(node)?.remove(blob);
    // What is left behind costs storage only, and the next owner finds it.
    await this.tidy(pointer).catch(() => undefined);
    if (position.at === 'end') this.onEnd();
  }

  /** Deletes what no commit needs any more; once, behind the first commit, also what owners before have left. */
  private async tidy(pointer: string): Promise<void> {
    await this.state.settle(pointer);
    if (this.cleaned) return;
    this.cleaned = true;
    await this.state.clean();
  }
}

function objectName(node: string, blob: string): string {
  return `${node}/${blob}`;
}

/** Names of the objects that the parts of a table refer to. */
function blobNames(table: StateTable): Set<string> {
  const names = [...table.entries()].flatMap(({ node }) =>
    [...table.blobsOf(node)].map((blob) => objectName(node, blob)),
  );
  return new Set(names);
}

/**
 * Whether what is about a hash key goes from a parent to this child. Records may be put under a hash key of their own
 * choice, which nobody is told: what cannot have come to the parent by its key goes to all children, rather than be lost.
 */
function belongs(hashKey: bigint, own: HashRange | undefined, whole: HashRange | undefined): boolean {
  const isIn = ({ start, end }: HashRange) => hashKey >= start && hashKey <= end;
  return !own || isIn(own) || (whole !== undefined && !isIn(whole));
}

function tableOf(body: Uint8Array, from: string): StateTable {
  const decoded = decodeFrame(Buffer.from(body), 0);
  if (typeof decoded === 'string') throw new StateError(from, 'is damaged: its checksum is wrong');
  const table = new StateTable();
  for (const entry of decoded.frame.nodes) table.apply(entry);
  return table;
}

function positionIn(changes: readonly NodeChanges[], source: string): ShardPosition | undefined {
  const own = changes.find(({ node }) => node === source)?.changes ?? [];
  for (const change of own) {
    if (change.part !== positionPart || !('put' in change)) continue;
    const position: unknown = JSON.parse(Buffer.from(change.put).toString('utf8'));
    if (isShardPosition(position)) return position;
  }
  return undefined;
}
