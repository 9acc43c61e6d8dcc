import type { ShardPosition, StreamPositions } from './positions';

/** Up to which record: those that were sent into the flow, or those that the flow is done with. */
export type Progress = 'sent' | 'done';

/** The present positions in one stream. */
export class PositionKeeper {
  readonly createdAt: number;
  private readonly progress: Readonly<Record<Progress, Map<string, ShardPosition>>>;

  constructor({ createdAt, shards }: StreamPositions) {
    this.createdAt = createdAt;
    const entries = Object.entries(shards);
    this.progress = { sent: new Map(entries), done: new Map(entries) };
  }

  /** Where the flow is done with a shard. */
  get(shardId: string): ShardPosition | undefined {
    return this.progress.done.get(shardId);
  }

  set(of: Progress, shardId: string, position: ShardPosition): void {
    this.progress[of].set(shardId, position);
  }

  /** Forgets the shards that are finished and that the service no longer knows. */
  prune(known: ReadonlySet<string>): void {
    for (const [id, { at }] of this.progress.done) {
      if (known.has(id) || at !== 'end') continue;
      this.progress.done.delete(id);
      this.progress.sent.delete(id);
    }
  }

  positions(of: Progress): StreamPositions {
    return { createdAt: this.createdAt, shards: Object.fromEntries(this.progress[of]) };
  }
}
