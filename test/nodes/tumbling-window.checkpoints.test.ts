import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { SavedParts } from '../../lib/delivery/checkpoint/Keeping';
import { Random } from '../../lib/simulation/Random';
import { settings } from '../../nodes/tumbling-window/settings';
import { TumblingWindow } from '../../nodes/tumbling-window/TumblingWindow';
import { pack } from '../../lib/windows/state/packed';
import { Checkpoint } from '../helpers/savedParts';
import { everyAggregate } from '../helpers/everyAggregate';
import { manyRecords, shardedRecords, ShardReading, type ShardedRecords } from '../helpers/shardedRecords';

const config = {
  size: 10,
  unit: 'ms',
  timeSource: 'event',
  lateness: 3,
  idleTimeout: 0,
  keyFields: ['key'],
  aggregates: everyAggregate,
  derived: [{ name: 'ratio', expression: 'sum / count' }],
};

/** What is done at each step: which shard gives a record, and what happens before it. */
interface Step {
  readonly choice: number;
  readonly event: 'nothing' | 'flush' | 'reset' | 'checkpoint' | 'crash';
}

/**
 * Reads a stream step by step and gives all that came out. With crashes, each takes node, output and positions back to the
 * last checkpoint; it happens once.
 */
function read(records: ShardedRecords, steps: readonly Step[], config: object, crashes: boolean): unknown[] {
  let reading = new ShardReading(records);
  const newNode = () => new TumblingWindow(settings.parse(config), () => reading.active());
  let windows = newNode();
  const checkpoint = new Checkpoint();
  let cut = { step: 0, out: 0, positions: reading.positions };
  let out: unknown[] = [];
  let crashed = -1;
  for (let step = 0; !reading.isOver; step++) {
    const now = { wall: 1e6 + step, steady: step };
    const { choice, event } = steps[step % steps.length]!;
    out.push(...windows.advance(now));
    if (event === 'flush') out.push(...windows.flush('a'));
    if (event === 'reset') windows.reset('b');
    if (event === 'checkpoint' && crashes) {
      checkpoint.take(windows);
      cut = { step, out: out.length, positions: reading.positions };
    }
    const item = reading.next(choice);
    const late = windows.take(item, now, (closed) => out.push(...closed));
    if (late) out.push({ late, record: item.record });
    if (event === 'crash' && crashes && step > crashed) {
      crashed = step;
      reading = new ShardReading(records, cut.positions);
      windows = newNode();
      windows.restore(checkpoint.saved, windows.version);
      out = out.slice(0, cut.out);
      step = cut.step - 1;
    }
  }
  return [...out, ...windows.flush()];
}

describe('tumbling-window at a checkpoint', () => {
  const event = fc.constantFrom('nothing', 'nothing', 'checkpoint', 'crash', 'flush', 'reset');
  const steps = fc.array(fc.record({ choice: fc.nat(100), event }), { minLength: 1, maxLength: 60 });

  for (const [what, changed] of [
    ['by event time', {}],
    ['with empty windows filled', { fill: 'zero', keyExpiry: 3, size: 4 }],
    ['by arrival', { timeSource: 'arrival' }],
    ['with the topic as key', { keyFields: [] }],
  ] as const) {
    it(`goes on as if nothing had happened, wherever it is cut: ${what}`, () => {
      let out = 0;
      fc.assert(
        fc.property(shardedRecords(20), steps, (records, steps) => {
          const undisturbed = read(records, steps, { ...config, ...changed }, false);
          assert.deepEqual(read(records, steps, { ...config, ...changed }, true), undisturbed);
          out += undisturbed.length;
        }),
      );
      assert.ok(out > 500, `${out} windows and late records are too few to tell`);
    });
  }

  it('goes on with sketches as if nothing had happened', () => {
    for (let seed = 1; seed <= 4; seed++) {
      const random = new Random(seed);
      const steps = Array.from({ length: 997 }, (_, i) => ({
        choice: random.integer(0, 100),
        event: i % 100 === 99 ? 'crash' : i % 83 === 0 ? 'checkpoint' : 'nothing',
      })) satisfies Step[];
      const large = { ...config, size: 300 };
      const undisturbed = read(manyRecords(seed), steps, large, false);
      const counts = undisturbed.map(
        (out) => (out as { payload?: { values?: number } }).payload?.values ?? 0,
      );
      assert.ok(Math.max(...counts) > 1100, `${Math.max(...counts)} values need no sketch`);
      assert.deepEqual(read(manyRecords(seed), steps, large, true), undisturbed);
    }
  });

  describe('shows', () => {
    it('everything at first, and then only what has changed', () => {
      const { windows, checkpoint, add } = started();
      add('a', 1);
      add('b', 2);
      assert.deepEqual(checkpoint.take(windows), ['settings', 'time', 'key a', 'key b']);
      assert.deepEqual(checkpoint.take(windows), []);
      add('b', 2);
      add('c', 2);
      assert.deepEqual(checkpoint.take(windows), ['key b', 'key c']);
      add('b', 13);
      assert.deepEqual(checkpoint.take(windows), ['time', 'key a', 'key b', 'key c']);
      assert.deepEqual([...checkpoint.saved.keys()], ['settings', 'time', 'key b']);
    });

    it('nothing of a key that came and went between two checkpoints', () => {
      const { windows, checkpoint, add } = started();
      checkpoint.take(windows);
      add('a', 1);
      add('b', 13);
      assert.deepEqual(checkpoint.take(windows), ['time', 'key b']);
    });

    it('only what has changed since it went on from a checkpoint', () => {
      const { windows, checkpoint, add } = started();
      add('a', 1);
      add('b', 1);
      checkpoint.take(windows);
      const next = started();
      next.windows.restore(checkpoint.saved, windows.version);
      assert.deepEqual(next.windows.changes(), []);
      next.add('b', 2);
      assert.deepEqual(
        next.windows.changes().map(({ part }) => part),
        ['time', 'key b'],
      );
    });

    it('the records that came too late', () => {
      const { windows, checkpoint, add } = started();
      add('a', 20);
      add('a', 1);
      checkpoint.take(windows);
      const next = started();
      next.windows.restore(checkpoint.saved, windows.version);
      assert.deepEqual(next.windows.load, { keys: 1, windows: 1, late: 1 });
    });
  });

  it('begins anew without parts, also on a living node', () => {
    const { windows, add } = started();
    add('a', 100);
    windows.changes();
    windows.restore(new Map(), windows.version);
    assert.deepEqual(windows.load, { keys: 0, windows: 0, late: 0 });
    add('b', 1);
    assert.deepEqual(
      windows.changes().map(({ part }) => part),
      ['settings', 'time', 'key b'],
    );
  });

  describe('cannot go on from', () => {
    const saved = () => {
      const { windows, checkpoint, add } = started();
      add('a', 1);
      add('b', 2);
      windows.flush('b');
      checkpoint.take(windows);
      return checkpoint.saved;
    };
    /** Refused with `reason`, while the windows that were open stay as they were. */
    const refused = (parts: SavedParts, reason: RegExp, config = {}, version = 1) => {
      const { windows, add } = started(config);
      add('z', 3);
      assert.throws(() => windows.restore(parts, version), reason);
      assert.deepEqual(
        windows.flush().map(({ payload }) => [payload.key, payload.xs]),
        [['z', 1]],
      );
    };

    for (const name of ['settings', 'time', 'key a']) {
      it(`a damaged part: ${name}`, () => {
        const parts = saved();
        const { base } = parts.get(name)!;
        const withBase = (base: Uint8Array | undefined, appended: Uint8Array[] = []) =>
          new Map([...parts, [name, { base, appended }]]);
        const cannot = `^Error: the saved part "${name}" cannot be used: `;
        for (let at = 0; at < base!.length; at++) {
          const damaged = base!.slice();
          damaged[at]! ^= 0x10;
          refused(withBase(damaged), new RegExp(`${cannot}it is damaged: the checksum`));
        }
        refused(withBase(base!.subarray(0, 5)), new RegExp(`${cannot}it is damaged`));
        refused(withBase(undefined), new RegExp(`${cannot}it is missing`));
        refused(withBase(base, [new Uint8Array(1)]), new RegExp(`${cannot}something was appended`));
        refused(withBase(pack([1])), new RegExp(`${cannot}\\w+(\\[0\\])? must be a list of \\d`));
      });
    }

    it('parts without the time', () => {
      const { time, ...rest } = Object.fromEntries(saved());
      assert.ok(time);
      refused(new Map(Object.entries(rest)), /"time" cannot be used: it is missing/);
    });

    it('parts of another version', () => {
      refused(saved(), /^Error: the windows must be saved in version 1, got 2$/, {}, 2);
    });

    const [first, ...others] = everyAggregate;
    const where = [{ field: 'word', op: '==', value: 'z' }];
    for (const [setting, changed] of [
      ['size', { size: 20 }],
      ['size', { unit: 's' }],
      ['timeSource', { timeSource: 'arrival' }],
      ['timeField', { timeField: 'at' }],
      ['timeFormat', { timeFormat: 'ms' }],
      ['keyFields', { keyFields: ['key', 'key'] }],
      ['aggregates', { aggregates: [...others, first] }],
      ['aggregates', { aggregates: [{ ...first, name: 'other' }, ...others], derived: [] }],
      ['aggregates', { aggregates: [{ ...first, where }, ...others] }],
    ] as const) {
      it(`windows of another ${setting}: ${JSON.stringify(changed).slice(0, 60)}`, () => {
        const reason = new RegExp(
          `^SettingChanged: the setting "${setting}" has changed since the windows were saved$`,
        );
        refused(saved(), reason, changed);
      });
    }

    it('windows of another size, of which a listener is told, and which leave the checkpoint', () => {
      const parts = saved();
      const dropped: unknown[] = [];
      const changed = settings.parse({ ...config, size: 20 });
      const tell = (setting: string, keys: number) => dropped.push([setting, keys]);
      const windows = new TumblingWindow(changed, undefined, '', '', tell);
      windows.restore(parts, 1);
      assert.deepEqual(dropped, [['size', 2]]);
      assert.deepEqual(windows.flush(), []);
      const removed = windows.changes().filter((change) => 'remove' in change);
      assert.deepEqual(
        removed.map(({ part }) => part),
        [...parts.keys()],
      );
    });

    it('nothing else: other settings may change', () => {
      const { windows } = started({
        lateness: 5,
        idleTimeout: 9,
        maxAhead: 0,
        fill: 'zero',
        keyExpiry: 7,
        maxKeys: 1,
        maxWindows: 1,
        derived: [],
      });
      windows.restore(saved(), 1);
      assert.deepEqual(
        windows.flush().map(({ window, payload }) => [window.key, window.count, payload.ratio]),
        [['a', 1, undefined]],
      );
    });
  });
});

/** Windows of ten milliseconds by event time, and the records that go in. */
function started(changed: object = {}) {
  const windows = new TumblingWindow(settings.parse({ ...config, lateness: 0, ...changed }));
  const add = (key: string, time: number) => {
    const now = { wall: 1e6, steady: time };
    windows.advance(now);
    const record = { key, v: 1.5, word: 'x', timestamp: time, at: time };
    windows.take({ msg: { payload: record }, record, index: -1 }, now, () => undefined);
  };
  return { windows, checkpoint: new Checkpoint(), add };
}
