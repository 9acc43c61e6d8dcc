import assert from 'node:assert/strict';
import fc from 'fast-check';
import tumblingWindow from '../../nodes/tumbling-window';
import { settings } from '../../nodes/tumbling-window/settings';
import { TumblingWindow } from '../../nodes/tumbling-window/TumblingWindow';
import type { WindowMessage } from '../../nodes/tumbling-window/WindowMessages';
import { Random } from '../../lib/simulation/Random';
import { everyAggregate } from '../helpers/everyAggregate';
import { itRefuses } from '../helpers/itRefuses';
import { Bench, useNodeRed } from '../helpers/nodeRed';
import { Checkpoint } from '../helpers/savedParts';
import {
  manyRecords,
  shardedRecords,
  type ShardedRecords,
  type ShardRecord,
} from '../helpers/shardedRecords';

const config = {
  size: 10,
  unit: 'ms',
  timeSource: 'event',
  lateness: 3,
  keyFields: ['key'],
  aggregates: everyAggregate,
};
const derived = [{ name: 'ratio', expression: 'sum / count' }];
const now = { wall: 1e12, steady: 0 };

/** Takes records of one shard and gives what closes. */
function take(windows: TumblingWindow, payload: unknown, shardId: string): WindowMessage[] {
  const closed: WindowMessage[] = [];
  windows.take({ msg: { payload, kinesis: { shardId } }, record: payload, index: -1 }, now, (more) =>
    closed.push(...more),
  );
  return closed;
}

const byKeyAndStart = (messages: readonly WindowMessage[]) =>
  new Map(
    messages.map(({ payload, window }) => [
      `${window.key}@${window.start}`,
      { payload, count: window.count },
    ]),
  );

function inOneStage(records: ShardedRecords, changed: object) {
  const windows = new TumblingWindow(
    settings.parse({ ...config, derived, ...changed }),
    () => new Map(Object.keys(records).map((shard) => [shard, { silence: undefined }])),
  );
  const closed = Object.entries(records).flatMap(([shard, list]) =>
    list.flatMap((record) => take(windows, record, shard)),
  );
  return byKeyAndStart([...closed, ...windows.flush()]);
}

/** A node for each shard, and one that gets their partial windows over a stream of two shards, some of them twice. */
function inTwoStages(records: ShardedRecords, random: Random, changed: object) {
  const queues = Object.entries(records).map(([shard, list]) => {
    const windows = new TumblingWindow(settings.parse({ ...config, ...changed, output: 'partial' }));
    const sent = list.flatMap((record) => take(windows, record, shard));
    return [...sent, ...windows.flush()].map(({ payload }) => JSON.stringify(payload));
  });
  const second = { ...config, ...changed, input: 'partials', derived, lateness: 1e6 };
  const windows = new TumblingWindow(settings.parse(second));
  const closed: WindowMessage[] = [];
  for (let waiting = queues; (waiting = waiting.filter((queue) => queue.length > 0)).length > 0;) {
    const queue = waiting[random.integer(0, waiting.length - 1)]!;
    const partial = JSON.parse(random.chance(0.3) ? queue[0]! : queue.shift()!) as { key: string };
    closed.push(...take(windows, partial, `b-${partial.key.length % 2}`));
  }
  return byKeyAndStart([...closed, ...windows.flush()]);
}

describe('tumbling-window in two stages', () => {
  it('gives exactly what one stage gives, however the records are shared out and if windows come twice', () => {
    fc.assert(
      fc.property(shardedRecords(30), fc.nat(), (records, seed) => {
        assert.deepEqual(inTwoStages(records, new Random(seed), {}), inOneStage(records, {}));
      }),
    );
  });

  it('gives exactly what one stage gives, with sketches', () => {
    for (let seed = 1; seed <= 3; seed++) {
      const large = { size: 300 };
      const expected = inOneStage(manyRecords(seed), large);
      assert.ok([...expected.values()].some(({ payload }) => (payload.values as number) > 1100));
      assert.deepEqual(inTwoStages(manyRecords(seed), new Random(seed), large), expected);
    }
  });

  const record = (key: string, timestamp: number): ShardRecord => ({ key, v: 2.5, word: 'x', timestamp });
  const partialOf = (changed: object = {}, sender = 'sender') => {
    const windows = new TumblingWindow(
      settings.parse({ ...config, output: 'partial', ...changed }),
      undefined,
      sender,
    );
    take(windows, record('a', 12), 's-1');
    take(windows, record('a', 13), 's-0');
    return windows;
  };
  const second = (changed: object = {}) =>
    new TumblingWindow(settings.parse({ ...config, input: 'partials', ...changed }));
  const counts = (messages: readonly WindowMessage[]) =>
    messages.map(({ topic, window }) => [topic, window.start, window.count, window.filled]);

  it('sends the state of each aggregate by its name and function, and says which window it is', () => {
    const aggregates = [
      { name: 'n', fn: 'count' },
      { name: 'total', fn: 'sum', field: 'v' },
      { name: 'latest', fn: 'last', field: 'v' },
    ];
    const [message] = partialOf({ aggregates }).flush();
    assert.deepEqual(message, {
      payload: {
        key: 'a',
        partial: {
          n: { count: 2 },
          total: { sum: [2, [5 / 2 ** 64]] },
          latest: { last: [2.5, 13, 's-0'] },
        },
        window: { id: 'sender/s-0/10/0/a', key: 'a', start: 10, end: 20, count: 2 },
      },
      topic: 'a',
      timestamp: 20,
      window: { start: 10, end: 20, key: 'a', count: 2, filled: false, partial: true },
    });
  });

  it('gives the parts of a flushed window, and windows of other nodes, ids of their own', () => {
    const windows = partialOf();
    const sent = windows.flush();
    take(windows, record('a', 14), 's-1');
    sent.push(...windows.flush(), ...partialOf({}, 'other').flush());
    const together = second();
    for (const { payload } of sent) take(together, payload, 'b');
    assert.deepEqual(counts(together.flush()), [['a', 10, 5, false]]);
  });

  it('counts a window that comes again after a restart of either side once', () => {
    const windows = partialOf();
    const checkpoint = new Checkpoint();
    checkpoint.take(windows);
    const [first] = windows.flush();
    windows.restore(checkpoint.saved, 1);
    const [again] = windows.flush();
    assert.deepEqual(again, first);
    const together = second();
    take(together, first!.payload, 'b');
    const restarted = second();
    const secondCheckpoint = new Checkpoint();
    secondCheckpoint.take(together);
    restarted.restore(secondCheckpoint.saved, 1);
    take(restarted, again!.payload, 'b');
    assert.deepEqual(counts(restarted.flush()), [['a', 10, 2, false]]);
  });

  it('keeps the key of the first stage where the second names no key fields, or makes coarser ones', () => {
    const [{ payload }] = partialOf().flush() as [WindowMessage];
    const bare = second({ keyFields: [] });
    take(bare, payload, 'b');
    assert.deepEqual(counts(bare.flush()), [['a', 10, 2, false]]);
    const coarser = second({ keyFields: ['site'] });
    for (const key of ['p', 'q']) {
      const [{ payload }] = partialOf({}, key).flush() as [WindowMessage];
      take(coarser, { ...payload, site: 'shop' }, 'b');
    }
    assert.deepEqual(counts(coarser.flush()), [['shop', 10, 4, false]]);
  });

  it('closes a window when the partial ones of a later window come, and takes empty ones for empty', () => {
    const filling = { ...config, output: 'partial', fill: 'zero', lateness: 0 };
    const first = new TumblingWindow(settings.parse(filling));
    const records = [record('a', 12), record('a', 13), record('a', 25), record('b', 45), record('c', 65)];
    const sent = records.flatMap((one) => take(first, one, 's-0'));
    const together = second({ lateness: 0 });
    const closed = sent.flatMap(({ payload }) => take(together, payload, 'b'));
    assert.deepEqual(counts(closed), [
      ['a', 10, 2, false],
      ['a', 20, 1, false],
      ['a', 30, 0, true],
      ['a', 40, 0, true],
      ['b', 40, 1, false],
    ]);
  });

  it('says of a partial window that comes too late which window it missed', () => {
    const together = second({ lateness: 0 });
    const [{ payload }] = partialOf().flush() as [WindowMessage];
    const later = { ...payload, window: { ...(payload.window as object), start: 50, end: 60 } };
    take(together, later, 'b');
    const item = { msg: { payload }, record: payload, index: -1 };
    assert.deepEqual(
      together.take(item, now, () => undefined),
      { window: { start: 10, end: 20, key: 'a' }, watermark: 50 },
    );
    assert.equal(together.load.late, 1);
  });

  describe('refuses, by the field that is wrong, and changes nothing', () => {
    const aggregates = [
      { name: 'n', fn: 'count' },
      { name: 'p95', fn: 'percentile', field: 'v' },
    ];
    const [{ payload }] = partialOf({ aggregates }).flush() as [WindowMessage];
    const good = payload as { partial: object; window: object };
    const window = (changed: object) => ({ ...good, window: { ...good.window, ...changed } });
    const partial = (changed: object) => ({ ...good, partial: { ...good.partial, ...changed } });
    for (const [what, record, expected] of [
      ['no object', 'text', /^RecordError: partial must be what a window has gathered.*, got "text"$/],
      ['a plain record', { key: 'a', v: 1 }, /^RecordError: partial must be .*, got undefined$/],
      ['no window', { ...good, window: null }, /^RecordError: window must be the window .*, got null$/],
      [
        'a start of no window',
        window({ start: 11 }),
        /^RecordError: window.start must be the start of a window of 10 ms, got 11$/,
      ],
      ['a start that is text', window({ start: '10' }), /^RecordError: window.start must be .*, got "10"$/],
      [
        'a longer window',
        window({ end: 30 }),
        /^RecordError: window.end must be 10 ms after the start.*, got 30$/,
      ],
      [
        'a count below 0',
        window({ count: -1 }),
        /^RecordError: window.count must be a whole number from 0, got -1$/,
      ],
      ['no id', window({ id: undefined }), /^RecordError: window.id must be text, got undefined$/],
      ['no key', window({ key: 5 }), /^RecordError: window.key must be text, got 5$/],
      [
        'a start far in the future',
        window({ start: 3e12, end: 3e12 + 10 }),
        /^RecordError: window.start must be at most 3600000 ms ahead/,
      ],
      [
        'an aggregate that is missing',
        partial({ n: undefined }),
        /^RecordError: partial.n must be the state of an aggregate count, got undefined$/,
      ],
      [
        'an aggregate of another function',
        partial({ n: { max: 3 } }),
        /^RecordError: partial.n must be the state of an aggregate count, got an object with max$/,
      ],
      [
        'a count that is none',
        partial({ n: { count: 0.5 } }),
        /^RecordError: partial.n.count must be a whole number from 0, got 0.5$/,
      ],
      [
        'a value that is no number',
        partial({ p95: { percentile: [[1, null]] } }),
        /^RecordError: partial.p95.percentile\[0\]\[1\] must be a finite number, got null$/,
      ],
      [
        'no key field',
        { ...good, key: undefined },
        /^RecordError: key must be text or a number, because it is a key field, got undefined$/,
      ],
    ] as const) {
      it(what, () => {
        const together = second({ aggregates });
        take(together, good, 'b');
        assert.throws(() => take(together, record, 'b'), expected);
        assert.deepEqual(
          together.flush().map(({ payload }) => payload),
          [{ key: 'a', n: 2, p95: 2.5 }],
        );
      });
    }
  });

  describe('in Node-RED', () => {
    useNodeRed();
    const deploy = (changed: object) =>
      Bench.deploy(tumblingWindow, { type: 'tumbling-window', ...config, ...changed }, { outputs: 2 });

    it('partial windows leave, with ids that begin with that of the node', async () => {
      const first = await deploy({ output: 'partial' });
      first.send({ payload: [record('a', 1), record('b', 2), record('a', 3)] }, { flush: true });
      const sent = (await first.received(2)).map(
        ({ payload }) => JSON.parse(JSON.stringify(payload)) as object,
      );
      assert.match((sent[0] as { window: { id: string } }).window.id, /^node\/\/0\/0\/a$/);
    });

    it('partial windows are put together, alone and in batches, and bad ones are reported alone', async () => {
      const sent = partialOf()
        .flush()
        .map(({ payload }) => payload);
      const more = partialOf({}, 'other')
        .flush()
        .map(({ payload }) => payload);
      const bench = await deploy({ input: 'partials', timeSource: 'arrival', derived });
      bench.send({ payload: sent[0] }, { payload: [{ key: 'a' }, ...more] }, { flush: true });
      const [message] = await bench.received(1);
      const { count, ratio, first } = message!.payload as Record<string, unknown>;
      assert.deepEqual([count, ratio, first], [4, 2.5, 'x']);
      assert.match((await bench.failed(1))[0]!.message, /^tumbling-window: partial must be what a window/);
    });

    itRefuses(
      [
        [{ input: 'windows' }, /setting "input" must be one of records, partials, got "windows"/],
        [{ output: 'all' }, /setting "output" must be one of results, partial, got "all"/],
        [
          { output: 'partial', keyFields: ['a', 'window'] },
          /setting "keyFields\[1\]" must be a name .*, got "window"/,
        ],
      ],
      deploy,
      { payload: record('a', 1) },
    );
  });
});
