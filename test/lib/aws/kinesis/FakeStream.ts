/** A stream in memory, and time that passes as fast as the consumer lets it: what a consumer does without any server. */
import type {
  IteratorStart,
  KinesisApi,
  ReadResult,
  StreamDescription,
} from '../../../../lib/aws/kinesis/KinesisApi';
import type { Shard, StoredRecord } from '../../../../lib/aws/kinesis/records';
import type { Timing } from '../../../../lib/aws/kinesis/timing';

interface StoredShard extends Shard {
  open: boolean;
  readonly records: StoredRecord[];
}

export type Call = 'describe' | 'iterator' | 'read';

export class FakeStream implements KinesisApi {
  createdAt = 1_000;
  readonly shards: StoredShard[] = [];
  readonly calls: { readonly call: Call; readonly at: number; readonly start?: IteratorStart }[] = [];
  /** Asked before each call; a name it returns is thrown as the error of that name. */
  fault: (call: Call) => string | undefined = () => undefined;
  private sequence = 0;

  constructor(private readonly clock: VirtualTime) {}

  addShard(id: string, parents: string[] = []): void {
    for (const shard of this.shards) if (parents.includes(shard.id)) shard.open = false;
    this.shards.push({
      id,
      parents,
      open: true,
      hashRange: { start: 0n, end: 2n ** 128n - 1n },
      records: [],
    });
  }

  put(shardId: string, text: string, partitionKey = 'key'): void {
    const sequenceNumber = String(++this.sequence);
    this.shard(shardId).records.push({
      data: Buffer.from(text),
      partitionKey,
      sequenceNumber,
      arrival: this.clock.now(),
    });
  }

  describe(): Promise<StreamDescription> {
    return this.answer('describe', () => ({
      createdAt: this.createdAt,
      shards: this.shards.map((shard) => ({ ...shard })),
    }));
  }

  iterator(shardId: string, start: IteratorStart): Promise<string> {
    return this.answer(
      'iterator',
      () => {
        const { records } = this.shard(shardId);
        const first = records.findIndex((record) => isFrom(record, start));
        return `${shardId}/${first < 0 ? records.length : first}`;
      },
      start,
    );
  }

  read(iterator: string, limit: number): Promise<ReadResult> {
    return this.answer('read', () => {
      const [id, index] = iterator.split('/') as [string, string];
      const { records, open } = this.shard(id);
      const next = Math.min(records.length, Number(index) + limit);
      const atEnd = next === records.length && !open;
      return {
        records: records.slice(Number(index), next),
        next: atEnd ? undefined : `${id}/${next}`,
        millisBehindLatest: next < records.length ? 1000 : 0,
      };
    });
  }

  private answer<T>(call: Call, value: () => T, start?: IteratorStart): Promise<T> {
    this.calls.push({ call, at: this.clock.now(), ...(start ? { start } : {}) });
    const name = this.fault(call);
    return name ? Promise.reject(Object.assign(new Error(name), { name })) : Promise.resolve(value());
  }

  private shard(id: string): StoredShard {
    return this.shards.find((shard) => shard.id === id)!;
  }
}

/** Whether a reading that starts there gives the record. */
export function isFrom(record: StoredRecord, start: IteratorStart): boolean {
  switch (start.type) {
    case 'LATEST':
      return false;
    case 'AT_TIMESTAMP':
      return record.arrival >= start.time;
    case 'AT_SEQUENCE_NUMBER':
      return Number(record.sequenceNumber) >= Number(start.sequenceNumber);
    case 'AFTER_SEQUENCE_NUMBER':
      return Number(record.sequenceNumber) > Number(start.sequenceNumber);
    default:
      return true;
  }
}

/** Whoever sleeps wakes in the order of time, one after the other, as soon as nothing else is to be done. */
export class VirtualTime implements Timing {
  private time = 1_000_000;
  private readonly sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  private driver: NodeJS.Immediate | undefined;
  private seed = 1;

  elapsed(): number {
    return this.now();
  }

  now(): number {
    return this.time;
  }

  random(): number {
    this.seed = (this.seed * 48_271) % 2_147_483_647;
    return this.seed / 2_147_483_647;
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        signal.removeEventListener('abort', wake);
        resolve();
        const index = this.sleepers.indexOf(sleeper);
        if (index >= 0) this.sleepers.splice(index, 1);
      };
      const sleeper = { at: this.time + ms, wake };
      this.sleepers.push(sleeper);
      signal.addEventListener('abort', wake, { once: true });
      this.driver ??= setImmediate(() => this.wakeNext());
    });
  }

  private wakeNext(): void {
    this.driver = undefined;
    this.sleepers.sort((a, b) => a.at - b.at);
    const next = this.sleepers.shift();
    if (!next) return;
    this.time = Math.max(this.time, next.at);
    next.wake();
    if (this.sleepers.length > 0) this.driver ??= setImmediate(() => this.wakeNext());
  }
}
