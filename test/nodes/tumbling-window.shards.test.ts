import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Random } from '../../lib/simulation/Random';
import { settings } from '../../nodes/tumbling-window/settings';
import { TumblingWindow, type Late } from '../../nodes/tumbling-window/TumblingWindow';
import type { WindowMessage } from '../../nodes/tumbling-window/WindowMessages';
import { shardedRecords, ShardReading, type ShardedRecords } from '../helpers/shardedRecords';
import { everyAggregate } from '../helpers/everyAggregate';

/** What comes out of a stream that is read in an interleaving of its own for each seed. */
function read(records: ShardedRecords, seed: number, config: object) {
  const random = new Random(seed);
  const reading = new ShardReading(records);
  const windows = new TumblingWindow(settings.parse(config), () => reading.active());
  const closed: WindowMessage[] = [];
  const late: Record<string, (Late['window'] & { timestamp: number })[]> = {};
  for (let steady = 0; ; steady++) {
    const now = { wall: 1e12, steady };
    closed.push(...windows.advance(now));
    if (reading.isOver) break;
    const item = reading.next(random.integer(0, 1000));
    const why = windows.take(item, now, (more) => closed.push(...more));
    const { shardId } = item.msg.kinesis as { shardId: string };
    const { timestamp } = item.record as { timestamp: number };
    if (why) (late[shardId] ??= []).push({ ...why.window, timestamp });
  }
  closed.push(...windows.flush());
  return { closed, late };
}

describe('tumbling-window over shards that split and merge', () => {
  const config = {
    size: 10,
    unit: 'ms',
    timeSource: 'event',
    lateness: 3,
    idleTimeout: 1000,
    keyFields: ['key'],
    aggregates: everyAggregate,
    derived: [{ name: 'ratio', expression: 'sum / count' }],
  };

  it('gives the same windows, results and late records in whatever interleaving the shards are read', () => {
    let [closed, late] = [0, 0];
    fc.assert(
      fc.property(shardedRecords(30), fc.nat(), fc.nat(), fc.boolean(), (records, one, other, fill) => {
        const settings = { ...config, fill: fill ? 'zero' : 'none', keyExpiry: 3 };
        const result = read(records, one, settings);
        assert.deepEqual(read(records, other, settings), result);
        closed += result.closed.length;
        late += Object.values(result.late).flat().length;
      }),
    );
    assert.ok(closed > 1000 && late > 100, `${closed} windows and ${late} late records are too few to tell`);
  });

  it('takes first and last of equal times by the name of the shard, and by arrival within one', () => {
    const record = (word: string) => ({ key: 'a', word, timestamp: 5 });
    const records = {
      's-0': [record('p'), record('q')],
      's-1': [record('r'), record('s')],
      's-2': [],
      's-3': [],
      's-4': [],
    };
    for (let seed = 0; seed < 10; seed++) {
      const { payload } = read(records, seed, config).closed[0]!;
      assert.deepEqual([payload.first, payload.last], ['p', 's']);
    }
  });
});
