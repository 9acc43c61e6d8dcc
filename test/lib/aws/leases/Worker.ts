/** Workers that share leases, and a witness who sees who runs which shard when. */
import { DynamoDBClient, ScanCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import type { StreamDescription } from '../../../../lib/aws/kinesis/KinesisApi';
import type { HeldLease, LeaseHandler } from '../../../../lib/aws/leases/HeldLease';
import { LeaseKeeper, type LeaseKeeperOptions } from '../../../../lib/aws/leases/LeaseKeeper';
import { LeaseTable } from '../../../../lib/aws/leases/LeaseTable';
import { realTiming, type Timing } from '../../../../lib/aws/kinesis/timing';
import type { Shard } from '../../../../lib/aws/kinesis/records';
import { FaultProxy } from '../../../../local/FaultProxy';
import { startDynamoDb, type LocalDynamoDb } from '../../../../local/dynamodb';

export const options: Omit<LeaseKeeperOptions, 'worker'> = {
  stream: 'clicks',
  startAt: { at: 'trim-horizon' },
  failover: 1200,
  handoffTimeout: 5000,
  lookInterval: 100,
};

export const stream = (shards: readonly Shard[], createdAt = 1_700_000_000_000): StreamDescription => ({
  createdAt,
  shards,
});

/** `shard 0` to `shard <count - 1>`, open and without parents. */
export function openShards(count: number): Shard[] {
  return Array.from({ length: count }, (_, index) => shard(`shard-${index}`));
}

export function shard(id: string, parents: readonly string[] = [], open = true): Shard {
  return { id, parents, open, hashRange: { start: 0n, end: 2n ** 128n - 1n } };
}

/** Who runs which shard, and every time that two did at once. */
export class Witness {
  readonly overlaps: string[] = [];
  readonly running = new Map<string, Set<string>>();

  begins(shardId: string, worker: string): void {
    const workers = this.running.get(shardId) ?? new Set();
    if (workers.size > 0) this.overlaps.push(`${shardId}: ${worker} beside ${[...workers].join(', ')}`);
    this.running.set(shardId, workers.add(worker));
  }

  ends(shardId: string, worker: string): void {
    this.running.get(shardId)?.delete(worker);
  }

  /** how many shards each worker runs, most first */
  shares(): number[] {
    const counts = new Map<string, number>();
    for (const worker of [...this.running.values()].flatMap((workers) => [...workers])) {
      counts.set(worker, (counts.get(worker) ?? 0) + 1);
    }
    return [...counts.values()].sort((a, b) => b - a);
  }
}

/** A clock that can be stopped, as a machine's when it sleeps. */
export class SleepyTiming implements Timing {
  asleep = false;
  private stoppedAt = 0;
  private missed: (() => void)[] = [];
  readonly now = Date.now;
  readonly random = Math.random;

  elapsed(): number {
    return this.asleep ? this.stoppedAt : realTiming.elapsed();
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    await realTiming.sleep(ms, signal);
    if (this.asleep && !signal.aborted) await new Promise<void>((resolve) => this.missed.push(resolve));
  }

  fallAsleep(): void {
    this.stoppedAt = this.elapsed();
    this.asleep = true;
  }

  wakeUp(): void {
    this.asleep = false;
    for (const fire of this.missed.splice(0)) fire();
  }
}

/** A worker with a way of its own to the table, which can be cut. */
export class Worker {
  readonly leases = new Map<string, HeldLease>();
  /** every lease that it ever got */
  readonly granted: HeldLease[] = [];
  readonly lost: string[] = [];
  readonly removed: string[] = [];
  readonly troubles: unknown[] = [];
  /** what it does with a lease that it gets */
  begin: (lease: HeldLease) => void = () => undefined;
  /** what it does before it leaves a lease */
  finish: (lease: HeldLease) => Promise<void> = () => Promise.resolve();
  /** resolves when it has stopped running a shard that it lost */
  stopLost: () => Promise<void> = () => Promise.resolve();
  readonly keeper: LeaseKeeper;
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private dead = false;

  constructor(
    readonly name: string,
    readonly table: LeaseTable,
    readonly proxy: FaultProxy,
    private readonly witness: Witness,
    changes: Partial<LeaseKeeperOptions>,
    timing: Timing,
  ) {
    const handler: LeaseHandler = {
      granted: (lease) => {
        this.leases.set(lease.shardId, lease);
        this.granted.push(lease);
        if (!this.dead) witness.begins(lease.shardId, name);
        lease.signal.addEventListener('abort', () => this.leave(lease.shardId));
        this.begin(lease);
      },
      drain: async (lease) => {
        await this.finish(lease);
        this.leave(lease.shardId);
      },
      lost: ({ shardId }) => {
        this.lost.push(shardId);
        return this.stopLost();
      },
      removed: (shardId) => this.removed.push(shardId),
      trouble: (error) => this.troubles.push(error),
    };
    this.keeper = new LeaseKeeper({ ...options, worker: name, ...changes }, table, handler, timing);
  }

  async start(description: StreamDescription): Promise<this> {
    this.running = this.keeper.run(this.stopping.signal);
    await this.sync(description);
    return this;
  }

  sync(description: StreamDescription): Promise<void> {
    return this.keeper.sync(description, this.stopping.signal);
  }

  lease(shardId: string): HeldLease {
    const lease = this.leases.get(shardId);
    if (!lease) throw new Error(`${this.name} does not have ${shardId}`);
    return lease;
  }

  /** Leaves all leases, in order. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** Like the end of a process: nothing is heard of it any more. */
  crash(): void {
    this.cut();
    this.dead = true;
    for (const shardId of this.leases.keys()) this.witness.ends(shardId, this.name);
  }

  /** Takes the network away. */
  cut(): void {
    this.proxy.inject({ kind: 'drop', moment: 'before' }, { times: Infinity });
  }

  private leave(shardId: string): void {
    if (!this.leases.delete(shardId)) return;
    if (!this.dead) this.witness.ends(shardId, this.name);
  }
}

/** A table for every test, and workers that share it. */
export class LeaseFixture {
  /** straight to the table, past all proxies */
  client!: DynamoDBClient;
  table!: LeaseTable;
  tableName = '';
  witness = new Witness();
  readonly workers: Worker[] = [];
  private readonly closing: (() => Promise<void>)[] = [];
  private tables = 0;

  constructor(private readonly server: () => LocalDynamoDb) {}

  async worker(changes: Partial<LeaseKeeperOptions> = {}, timing: Timing = realTiming): Promise<Worker> {
    const proxy = await FaultProxy.start(this.server().endpoint);
    const client = localClient(proxy.endpoint);
    const table = new LeaseTable(() => Promise.resolve(client), this.tableName);
    const worker = new Worker(`worker-${this.workers.length}`, table, proxy, this.witness, changes, timing);
    this.workers.push(worker);
    this.closing.push(async () => {
      client.destroy();
      await proxy.close();
    });
    return worker;
  }

  /** Several workers that begin one after the other. */
  async start(
    count: number,
    description: StreamDescription,
    changes: Partial<LeaseKeeperOptions> = {},
  ): Promise<Worker[]> {
    const workers: Worker[] = [];
    for (let left = count; left > 0; left--)
      workers.push(await (await this.worker(changes)).start(description));
    return workers;
  }

  /** All rows, as they are stored. */
  async rows(): Promise<Record<string, AttributeValue>[]> {
    return (await this.client.send(new ScanCommand({ TableName: this.tableName }))).Items ?? [];
  }

  async row(shardId: string): Promise<Record<string, AttributeValue>> {
    const row = (await this.rows()).find(({ leaseKey }) => leaseKey?.S === shardId);
    if (!row) throw new Error(`there is no row ${shardId}`);
    return row;
  }

  tableOf(name: string): LeaseTable {
    return new LeaseTable(() => Promise.resolve(this.client), name);
  }

  open(): void {
    this.client = localClient(this.server().endpoint);
    this.tableName = `application-${++this.tables}`;
    this.table = this.tableOf(this.tableName);
    this.witness = new Witness();
  }

  async close(): Promise<void> {
    for (const { proxy } of this.workers) proxy.heal();
    await Promise.all(this.workers.splice(0).map((worker) => worker.stop()));
    await Promise.all(this.closing.splice(0).map((close) => close()));
    this.client.destroy();
  }
}

/** Starts a DynamoDB for a suite; call it in the suite's body. */
export function useLeases(): LeaseFixture {
  let server: LocalDynamoDb;
  const fixture = new LeaseFixture(() => server);
  before(async () => {
    server = await startDynamoDb();
  });
  beforeEach(() => fixture.open());
  afterEach(() => fixture.close());
  after(() => server.close());
  return fixture;
}

function localClient(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
}
