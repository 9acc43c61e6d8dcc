import type { PositionStore, ShardPosition, StreamPositions } from './positions';

/**
 * The present positions of one stream, saved when they have changed: at an interval and on `flush`. A save that fails
 * is told, and tried again; reading goes on, because what is lost by that is only repeated.
 */
export class PositionKeeper {
  private shards: Record<string, ShardPosition>;
  private changed = false;
  private saving: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;

  /** @param report told the error of a save that failed, and undefined when saving works again */
  constructor(
    private readonly store: PositionStore,
    private readonly saved: StreamPositions,
    private readonly report: (error: unknown) => void,
  ) {
    this.shards = { ...saved.shards };
  }

  get createdAt(): number {
    return this.saved.createdAt;
  }

  get(shardId: string): ShardPosition | undefined {
    return this.shards[shardId];
  }

  set(shardId: string, position: ShardPosition): void {
    this.shards[shardId] = position;
    this.changed = true;
  }

  /** Forgets the shards that are finished and that the service no longer knows. */
  prune(known: ReadonlySet<string>): void {
    for (const [id, position] of Object.entries(this.shards)) {
      if (known.has(id) || position.at !== 'end') continue;
      Reflect.deleteProperty(this.shards, id);
      this.changed = true;
    }
  }

  /** @param interval milliseconds between saves */
  start(interval: number): void {
    this.changed = true;
    this.timer = setInterval(() => void this.flush(), interval);
    void this.flush();
  }

  /** Saves what has changed and stops saving by itself. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }

  /** Saves what has changed. Never rejects. */
  flush(): Promise<void> {
    // One save after the other: two at once would write the same temporary file.
    this.saving = this.saving.then(() => this.saveChanges());
    return this.saving;
  }

  private async saveChanges(): Promise<void> {
    if (!this.changed) return;
    this.changed = false;
    try {
      await this.store.save({ createdAt: this.createdAt, shards: { ...this.shards } });
      this.report(undefined);
    } catch (error) {
      this.changed = true;
      this.report(error);
    }
  }
}
