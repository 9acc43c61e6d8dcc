import assert from 'node:assert/strict';
import fc from 'fast-check';
import { StateTable } from '../../lib/delivery/checkpoint/StateTable';
import type { RecordInMessage } from '../../lib/records/messageProperty';
import { settings } from '../../nodes/tumbling-window/settings';
import { TumblingWindow } from '../../nodes/tumbling-window/TumblingWindow';
import type { WindowMessage } from '../../nodes/tumbling-window/WindowMessages';
import { everyAggregate } from '../helpers/everyAggregate';

const config = {
  size: 10,
  unit: 'ms',
  timeSource: 'event',
  lateness: 1000,
  idleTimeout: 0,
  maxAhead: 0,
  keyFields: ['key'],
  aggregates: everyAggregate,
  derived: [{ name: 'ratio', expression: 'sum / count' }],
};
const now = { wall: 1e6, steady: 1 };

interface Reading {
  readonly key: string;
  readonly v: number;
  readonly word: string;
  readonly timestamp: number;
}

/** The windows of one shard, or of the shard that others were merged into, in a flow that several instances share. */
function windowsOf(shardId: string, changed: object = {}): TumblingWindow {
  return new TumblingWindow(
    settings.parse({ ...config, ...changed }),
    undefined,
    'window',
    `clicks/${shardId}`,
  );
}

function itemOf(record: Reading, shardId: string): RecordInMessage {
  const kinesis = { stream: 'clicks', shardId, partitionKey: record.key };
  return { msg: { payload: record, kinesis }, record, index: -1 };
}

/** @returns the windows that these records have closed */
function give(windows: TumblingWindow, records: readonly Reading[], shardId: string): WindowMessage[] {
  const closed: WindowMessage[] = [];
  for (const record of records) windows.take(itemOf(record, shardId), now, (more) => closed.push(...more));
  return closed;
}

/** What a shard has saved. */
function savedBy(windows: TumblingWindow): StateTable {
  const table = new StateTable();
  table.apply({ node: 'n', type: 'w', version: windows.version, changes: windows.changes() });
  return table;
}

/** Goes on from what the parents have saved. */
function inherit(windows: TumblingWindow, parents: readonly StateTable[]): StateTable {
  const table = new StateTable();
  for (const parent of parents) table.inherit(parent, () => true);
  const { parts, version } = table.partsOf('n', 'w');
  windows.restore(parts, version!);
  return table;
}

function plain(messages: readonly WindowMessage[]): unknown[] {
  return messages.map(({ payload, window }) => ({ payload, window }));
}

const reading = fc.record({
  key: fc.constantFrom('a', 'b', 'ä'),
  v: fc.oneof(fc.integer({ min: -5, max: 5 }), fc.double({ noNaN: true, noDefaultInfinity: true })),
  word: fc.constantFrom('x', 'y', 'z'),
  timestamp: fc.integer({ min: 0, max: 60 }),
});
const readings = fc.array(reading, { maxLength: 15 });

describe('tumbling-window in a shard that others were merged into', () => {
  it('goes on with the windows of all parents, as if their records had come to it', () => {
    let windows = 0;
    fc.assert(
      fc.property(readings, readings, readings, (first, second, third) => {
        const [one, other, child, whole] = [
          windowsOf('s-0'),
          windowsOf('s-1'),
          windowsOf('s-2'),
          windowsOf('s-2'),
        ];
        give(one, first, 's-0');
        give(other, second, 's-1');
        inherit(child, [savedBy(one), savedBy(other)]);
        give(child, third, 's-2');
        for (const [records, shard] of [
          [first, 's-0'],
          [second, 's-1'],
          [third, 's-2'],
        ] as const) {
          give(whole, records, shard);
        }
        const [got, expected] = [plain(child.flush()), plain(whole.flush())];
        const byWindow = (list: unknown[]) => list.map((each) => JSON.stringify(each)).sort();
        assert.deepEqual(byWindow(got), byWindow(expected));
        windows += got.length;
      }),
    );
    assert.ok(windows > 300, `${windows} windows are too few to tell`);
  });

  it('saves what it joined with its first changes, and then only what changes', () => {
    const record = (key: string) => ({ key, v: 1, word: 'x', timestamp: 5 });
    const [one, other, child] = [windowsOf('s-0'), windowsOf('s-1'), windowsOf('s-2')];
    give(one, [record('a'), record('b')], 's-0');
    give(other, [record('a'), record('c')], 's-1');
    const table = inherit(child, [savedBy(one), savedBy(other)]);
    const changes = child.changes();
    assert.deepEqual(changes.map(({ part }) => part).sort(), ['key a', 'settings', 'time']);
    table.apply({ node: 'n', type: 'w', version: child.version, changes });
    assert.deepEqual(child.changes(), []);
    const next = windowsOf('s-2');
    inherit(next, [table]);
    assert.deepEqual(plain(next.flush()), plain(child.flush()));
  });

  it('has come as far in time as the parent that was further: what that closed is late, and nothing is lost', () => {
    const strict = { lateness: 0 };
    const record = (key: string, timestamp: number) => ({ key, v: 1, word: 'x', timestamp });
    const [ahead, behind, child] = ['s-0', 's-1', 's-2'].map((shard) => windowsOf(shard, strict));
    const before = give(ahead!, [record('a', 5), record('a', 25)], 's-0');
    give(behind!, [record('b', 5)], 's-1');
    inherit(child!, [savedBy(ahead!), savedBy(behind!)]);
    assert.deepEqual(
      before.map(({ window }) => [window.key, window.start]),
      [['a', 0]],
    );
    const closed: WindowMessage[] = [];
    const late = child!.take(itemOf(record('a', 7), 's-2'), now, (more) => closed.push(...more));
    assert.deepEqual(late?.window, { start: 0, end: 10, key: 'a' });
    closed.push(...give(child!, [record('c', 35)], 's-2'), ...child!.flush());
    assert.deepEqual(closed.map(({ window }) => [window.key, window.start, window.count]).sort(), [
      ['a', 20, 1],
      ['b', 0, 1],
      ['c', 30, 1],
    ]);
    assert.equal(child!.load.late, 1);
  });

  it('adds up the late records of its parents', () => {
    const strict = { lateness: 0 };
    const records = [25, 5, 5].map((timestamp) => ({ key: 'a', v: 1, word: 'x', timestamp }));
    const [one, other, child] = ['s-0', 's-1', 's-2'].map((shard) => windowsOf(shard, strict));
    give(one!, records, 's-0');
    give(other!, records, 's-1');
    inherit(child!, [savedBy(one!), savedBy(other!)]);
    assert.equal(child!.load.late, 4);
  });

  it('numbers the parts of a window that was flushed behind those of the parent that flushed it more often', () => {
    const record = { key: 'a', v: 1, word: 'x', timestamp: 5 };
    const partials = { output: 'partial' };
    const [one, other, child] = ['s-0', 's-1', 's-2'].map((shard) => windowsOf(shard, partials));
    const ids = new Set<unknown>();
    const flushed = (windows: TumblingWindow) => {
      for (const { payload } of windows.flush()) ids.add((payload.window as { id: string }).id);
    };
    for (const [windows, shard, times] of [
      [one!, 's-0', 1],
      [other!, 's-1', 2],
    ] as const) {
      for (let time = 0; time < times; time++) {
        give(windows, [record], shard);
        flushed(windows);
      }
    }
    inherit(child!, [savedBy(one!), savedBy(other!)]);
    give(child!, [record], 's-0');
    flushed(child!);
    assert.equal(ids.size, 4, [...ids].join());
  });

  it('refuses what a parent has left damaged, with the name of the part', () => {
    const [one, other] = [windowsOf('s-0'), windowsOf('s-1')];
    give(one, [{ key: 'a', v: 1, word: 'x', timestamp: 5 }], 's-0');
    give(other, [{ key: 'a', v: 1, word: 'x', timestamp: 5 }], 's-1');
    const damaged = savedBy(other);
    damaged.apply({ node: 'n', type: 'w', version: 1, changes: [{ part: 'key a', put: Buffer.from('?') }] });
    assert.throws(
      () => inherit(windowsOf('s-2'), [savedBy(one), damaged]),
      /^Error: the saved part "key a" cannot be used: it is damaged/,
    );
  });
});
