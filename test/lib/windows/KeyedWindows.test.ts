import assert from 'node:assert/strict';
import fc from 'fast-check';
import { KeyedWindows, type WindowLimits } from '../../../lib/windows/KeyedWindows';

const limits: WindowLimits = {
  size: 10,
  fill: false,
  keyExpiry: 3,
  maxKeys: 100,
  maxWindows: 1000,
};

/** Windows that gather numbers in an array, so that a test sees every single one. */
class Gathering {
  readonly windows: KeyedWindows<number[], string>;

  constructor(more: Partial<WindowLimits> = {}) {
    this.windows = new KeyedWindows({ ...limits, ...more }, () => []);
  }

  add(key: string, time: number, value = time): void {
    const window = this.windows.open(key, time, () => `identity of ${key}`);
    window.count++;
    window.state.push(value);
  }

  close(time: number): string[] {
    return this.windows.closeUntil(time).map(brief);
  }
}

const brief = (closed: { key: string; start: number; count: number; filled: boolean; partial: boolean }) =>
  `${closed.key}@${closed.start}:${closed.filled ? 'filled' : closed.count}${closed.partial ? ' partial' : ''}`;

describe('keyed windows', () => {
  it('hold every record in exactly one window, by a naive reading of the same records', () => {
    const record = fc.record({
      key: fc.constantFrom('a', 'b', 'c'),
      time: fc.integer({ min: -500, max: 500 }),
    });
    fc.assert(
      fc.property(fc.array(record, { maxLength: 80 }), fc.nat(60), (records, lateness) => {
        const gathering = new Gathering();
        const closed: { key: string; start: number; state: number[] }[] = [];
        const late: object[] = [];
        let newest = -Infinity;
        const expected = new Map<string, number[]>();
        for (const [id, { key, time }] of records.entries()) {
          const start = Math.floor(time / 10) * 10;
          const isLate = start + 10 <= newest - lateness;
          assert.equal(gathering.windows.isClosed(time), isLate);
          if (isLate) {
            late.push({ key, time });
            continue;
          }
          gathering.add(key, time, id);
          const name = `${key}@${start}`;
          expected.set(name, [...(expected.get(name) ?? []), id]);
          newest = Math.max(newest, time);
          closed.push(...gathering.windows.closeUntil(newest - lateness));
        }
        closed.push(...gathering.windows.flush());
        assert.deepEqual(
          new Map(closed.map(({ key, start, state }) => [`${key}@${start}`, state])),
          expected,
        );
        assert.equal(closed.length, expected.size);
        assert.equal(closed.flatMap(({ state }) => state).length + late.length, records.length);
        assert.equal(gathering.windows.windowCount, 0);
      }),
    );
  });

  it('leave by end, and by key within one end, in whatever order the keys came', () => {
    const gathering = new Gathering();
    for (const [key, time] of [
      ['b', 15],
      ['a', 3],
      ['b', 4],
      ['a', 11],
    ] as const)
      gathering.add(key, time);
    assert.deepEqual(gathering.close(20), ['a@0:1', 'b@0:1', 'a@10:1', 'b@10:1']);
  });

  it('close exactly at their end', () => {
    const gathering = new Gathering();
    gathering.add('a', 0);
    assert.deepEqual(gathering.close(9.999), []);
    assert.deepEqual(gathering.close(10), ['a@0:1']);
    assert.equal(gathering.windows.isClosed(9.999), true);
    assert.equal(gathering.windows.isClosed(10), false);
  });

  it('forget a key with its last window when nothing is to be filled', () => {
    const gathering = new Gathering();
    gathering.add('a', 0);
    gathering.close(1e15);
    assert.equal(gathering.windows.keyCount, 0);
  });

  describe('filling', () => {
    it('gives a silent key empty windows until it expires, however far time jumps', () => {
      const gathering = new Gathering({ fill: true });
      gathering.add('a', 5);
      assert.deepEqual(gathering.close(1e15), ['a@0:1', 'a@10:filled', 'a@20:filled', 'a@30:filled']);
      assert.equal(gathering.windows.keyCount, 0);
    });

    it('fills the gap before a record that has come already, and counts silence anew after it', () => {
      const gathering = new Gathering({ fill: true });
      gathering.add('a', 0);
      gathering.add('a', 25);
      assert.deepEqual(gathering.close(50), ['a@0:1', 'a@10:filled', 'a@20:1', 'a@30:filled', 'a@40:filled']);
      gathering.add('a', 55);
      assert.deepEqual(gathering.close(90), ['a@50:1', 'a@60:filled', 'a@70:filled', 'a@80:filled']);
    });

    it('goes no further than the expiry in a gap between two records', () => {
      const gathering = new Gathering({ fill: true });
      gathering.add('a', 0);
      gathering.add('a', 1e12);
      assert.deepEqual(gathering.close(1e12 + 10), [
        'a@0:1',
        'a@10:filled',
        'a@20:filled',
        'a@30:filled',
        'a@1000000000000:1',
      ]);
    });

    it('does not fill before the first record of a key, even when an earlier one comes second', () => {
      const gathering = new Gathering({ fill: true });
      gathering.add('a', 35);
      gathering.add('a', 15);
      assert.deepEqual(gathering.close(40), ['a@10:1', 'a@20:filled', 'a@30:1']);
    });

    it('gives each key the same windows whether time moves in steps or at once', () => {
      const times = fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.nat(100)), { maxLength: 20 });
      fc.assert(
        fc.property(times, (records) => {
          const [atOnce, inSteps] = [new Gathering({ fill: true }), new Gathering({ fill: true })];
          for (const [key, time] of records) {
            atOnce.add(key, time);
            inSteps.add(key, time);
          }
          const steps = Array.from({ length: 21 }, (_, i) => inSteps.close(i * 10)).flat();
          assert.deepEqual(steps, atOnce.close(200));
        }),
      );
    });
  });

  describe('a flush', () => {
    it('marks both parts of a window as partial and shares the records between them', () => {
      const gathering = new Gathering();
      gathering.add('a', 1);
      assert.deepEqual(gathering.windows.flush().map(brief), ['a@0:1 partial']);
      gathering.add('a', 2);
      gathering.add('a', 12);
      assert.deepEqual(gathering.close(20), ['a@0:1 partial', 'a@10:1']);
    });

    it('leaves no empty window behind where all records have left already', () => {
      const gathering = new Gathering({ fill: true });
      gathering.add('a', 1);
      gathering.windows.flush();
      assert.deepEqual(gathering.close(20), ['a@10:filled']);
    });

    it('takes one key when it is named', () => {
      const gathering = new Gathering();
      gathering.add('a', 1);
      gathering.add('b', 1);
      assert.deepEqual(gathering.windows.flush('b').map(brief), ['b@0:1 partial']);
      assert.deepEqual(gathering.windows.flush('unknown'), []);
      assert.deepEqual(gathering.close(10), ['a@0:1']);
    });

    it('keeps no trace of a key for ever', () => {
      const gathering = new Gathering();
      gathering.add('a', 1);
      gathering.windows.flush();
      gathering.close(10);
      assert.equal(gathering.windows.keyCount, 0);
    });
  });

  it('forget one key or all on demand', () => {
    const gathering = new Gathering();
    for (const key of ['a', 'b', 'c']) gathering.add(key, 1);
    gathering.windows.forget('b');
    assert.deepEqual([gathering.windows.keyCount, gathering.windows.windowCount], [2, 2]);
    assert.deepEqual(gathering.close(10), ['a@0:1', 'c@0:1']);
  });

  it('begin anew at an earlier time', () => {
    const gathering = new Gathering({ fill: true });
    gathering.add('a', 1000);
    assert.deepEqual(gathering.windows.restartAt(507).map(brief), ['a@1000:1 partial']);
    gathering.add('b', 507);
    assert.deepEqual(gathering.close(520), ['a@500:filled', 'b@500:1', 'a@510:filled', 'b@510:filled']);
  });

  describe('limits', () => {
    it('refuse a new key and leave the others as they are', () => {
      const gathering = new Gathering({ maxKeys: 2 });
      gathering.add('a', 1);
      gathering.add('b', 1);
      assert.throws(() => gathering.add('c', 1), /^RecordError: key must be one of the 2 keys .*, got "c"$/);
      gathering.add('a', 2);
      assert.deepEqual(gathering.close(10), ['a@0:2', 'b@0:1']);
      gathering.add('c', 11);
    });

    it('refuse one more open window over all keys', () => {
      const gathering = new Gathering({ maxWindows: 2 });
      gathering.add('a', 1);
      gathering.add('a', 11);
      assert.throws(
        () => gathering.add('b', 1),
        /^RecordError: key must be in one of the 2 windows .*, got "b"$/,
      );
      assert.equal(gathering.windows.keyCount, 1);
      gathering.close(10);
      gathering.add('b', 11);
    });

    it('hold over ten thousand keys', () => {
      const gathering = new Gathering({ maxKeys: 10, fill: true });
      let refused = 0;
      for (let i = 0; i < 10_000; i++) {
        try {
          gathering.add(`key ${i}`, 1);
        } catch {
          refused++;
        }
      }
      assert.deepEqual([gathering.windows.keyCount, refused], [10, 9990]);
    });
  });
});
