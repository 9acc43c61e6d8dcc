/** Records of a stream whose shards split and merge, read shard by shard in any interleaving, as a source may read them. */
import fc from 'fast-check';
import type { RecordInMessage } from '../../lib/records/messageProperty';
import type { PartitionStatus } from '../../lib/delivery/partitions';
import { Random } from '../../lib/simulation/Random';

export interface ShardRecord {
  readonly key: string;
  /** may be missing, as in real data */
  readonly v?: number;
  readonly word: string;
  /** ms */
  readonly timestamp: number;
}

/** Shard 0 splits into 2 and 3; 3 and 1 merge into 4. */
const parentsOf: Readonly<Record<string, readonly string[]>> = {
  's-0': [],
  's-1': [],
  's-2': ['s-0'],
  's-3': ['s-0'],
  's-4': ['s-1', 's-3'],
};
const shards = Object.keys(parentsOf);

export type ShardedRecords = Readonly<Record<string, readonly ShardRecord[]>>;

const value = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -5, max: 5 }),
  fc.constantFrom(0.1, 1e9 + 0.25, -1e9, undefined),
);
const step = fc.record({
  key: fc.constantFrom('a', 'b', 'B', 'ä', ''),
  v: value,
  word: fc.constantFrom('x', 'y', 'z'),
  /** how far time goes on, or back */
  after: fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: -8, max: 12 }) },
    fc.integer({ min: -40, max: 40 }),
  ),
});

/** Up to `length` records in each shard, whose times go forward with disorder, from where the shard's parents were. */
export function shardedRecords(length: number): fc.Arbitrary<ShardedRecords> {
  return fc.tuple(...shards.map(() => fc.array(step, { maxLength: length }))).map((steps) => {
    const ends = new Map<string, number>();
    const records = shards.map((shard, index) => {
      let time = Math.max(0, ...parentsOf[shard]!.map((parent) => ends.get(parent)!));
      const list = steps[index]!.map(({ after, ...record }) => ({ ...record, timestamp: (time += after) }));
      ends.set(shard, time);
      return [shard, list] as const;
    });
    return Object.fromEntries(records);
  });
}

/** Records of two keys, nearly all of one, so many and different that windows of 300 ms need sketches. */
export function manyRecords(seed: number): ShardedRecords {
  const random = new Random(seed);
  const record = (index: number) => ({
    key: random.chance(0.95) ? 'a' : 'b',
    v: random.chance(0.1) ? 0 : (random.next() - 0.3) * 10 ** random.integer(-12, 12),
    word: 'xyz'[random.integer(0, 2)]!,
    timestamp: Math.floor(index / 10) + random.integer(-2, 2),
  });
  return Object.fromEntries(shards.map((shard) => [shard, Array.from({ length: 900 }, (_, i) => record(i))]));
}

/** Reads such a stream: every shard in order, children after their parents, and otherwise whichever is asked for. */
export class ShardReading {
  private readonly at = new Map<string, number>();

  constructor(
    private readonly records: ShardedRecords,
    positions: ReadonlyMap<string, number> = new Map(),
  ) {
    for (const shard of shards) this.at.set(shard, positions.get(shard) ?? 0);
  }

  get positions(): ReadonlyMap<string, number> {
    return new Map(this.at);
  }

  get isOver(): boolean {
    return shards.every((shard) => this.isRead(shard));
  }

  /** What the source says to a watermark: shards end by splitting and merging alone. */
  active(): ReadonlyMap<string, PartitionStatus> {
    const ended = new Set(
      Object.values(parentsOf)
        .flat()
        .filter((shard) => this.isRead(shard)),
    );
    return new Map(
      shards
        .filter((shard) => !ended.has(shard) && parentsOf[shard]!.every((one) => ended.has(one)))
        .map((shard) => [shard, { silence: undefined, parents: parentsOf[shard]! }]),
    );
  }

  /** @param choice any whole number: which of the shards that can be read gives its next record */
  next(choice: number): RecordInMessage {
    const readable = [...this.active().keys()].filter((shard) => !this.isRead(shard));
    const shardId = readable[choice % readable.length]!;
    const position = this.at.get(shardId)!;
    this.at.set(shardId, position + 1);
    const record = this.records[shardId]![position]!;
    return { msg: { payload: record, kinesis: { shardId } }, record, index: -1 };
  }

  private isRead(shard: string): boolean {
    return this.at.get(shard)! >= this.records[shard]!.length;
  }
}
