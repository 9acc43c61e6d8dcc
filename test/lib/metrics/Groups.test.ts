import assert from 'node:assert/strict';
import { anomalySeverity } from '../../../lib/detection/Severity';
import { Groups, type Group, type GroupRules } from '../../../lib/metrics/Groups';
import type { Judgement, Point } from '../../../lib/metrics/Point';
import { Random } from '../../../lib/simulation/Random';
import { pack, unpack, type Packable } from '../../../lib/windows/state/packed';
import { KeptParts } from '../../helpers/KeptParts';

const rules: GroupRules = { dimensions: 2, direction: 'both', jointly: false, patience: 1000 };
const countries = ['DE', 'FR', 'US'];
const platforms = ['android', 'ios', 'tv', 'web'];

/** An interval in which usual values lie from 90 to 110, and those of a country are off by so many. */
function interval(seed: number, country = '', off = 0, more: Partial<Judgement> = {}): Point[] {
  const random = new Random(7, seed);
  return countries.flatMap((one) =>
    platforms.map((platform): Point => {
      const value =
        100 + 4 * (random.next() + random.next() + random.next() - 1.5) * 2 + (one === country ? off : 0);
      const expected = { orders: { value: 100, lower: 90, upper: 110 } };
      const verdict = { score: 1, severity: 20, isNews: false, isAnomaly: false, lag: 0, expected, ...more };
      return { key: `${one}|${platform}`, dimensions: [one, platform], value, silent: 0, verdict };
    }),
  );
}

describe('groups of series', () => {
  /** Groups that have seen so many usual intervals. */
  const after = (intervals: number, more: Partial<GroupRules> = {}) => {
    const groups = new Groups({ ...rules, ...more });
    for (let at = 0; at < intervals; at++) groups.judge('orders', at, interval(at));
    return groups;
  };
  const low = interval(1000, 'DE', -9);

  it('are strange when their series are off together, each of them hardly', () => {
    const { strange } = after(300).judge('orders', 300, low);
    assert.equal(strange!.name, '["orders",0,"DE"]');
    assert.ok(strange!.severity >= 90 && strange!.off < 0, JSON.stringify(strange));
    for (const { key, verdict } of strange!.points) {
      assert.match(key, /^DE/);
      assert.equal(verdict.direction, 'LOW');
    }
  });

  it('are strange when they are a little off for hours, more than when to either side, and not afterwards', () => {
    const told = { lasting: 0, wavering: 0, afterwards: 0 };
    const kept = new KeptParts();
    const trained = after(2000);
    kept.take({ version: 1, changes: () => trained.changes(), restore: () => undefined });
    for (let seed = 3000; seed < 3800; seed += 20) {
      const [lasting, wavering] = [new Groups(rules), new Groups(rules)];
      for (const groups of [lasting, wavering]) groups.restore(kept.parts);
      const isTold = (groups: Groups, i: number, off: number) => {
        const points = interval(seed + i, 'DE', off);
        return groups.judge('orders', 2000 + i, points).of('["orders",0,"DE"]')!.severity >= anomalySeverity;
      };
      const hours = Array.from({ length: 12 }, (_, i) => i);
      if (hours.filter((i) => isTold(lasting, i, -3)).length > 0) told.lasting++;
      if (hours.filter((i) => isTold(wavering, i, i % 2 ? 3 : -3)).length > 0) told.wavering++;
      if ([12, 13].some((i) => isTold(lasting, i, 0))) told.afterwards++;
    }
    assert.ok(told.lasting >= 3 * told.wavering && told.lasting >= 20, JSON.stringify(told));
    assert.ok(told.afterwards <= 2, JSON.stringify(told));
  });

  it('name those of their series only that are beyond what is usual, on their side', () => {
    const points = low.map((point) => (point.key === 'DE|tv' ? { ...point, value: 100 } : point));
    const { strange } = after(300).judge('orders', 300, points);
    assert.ok(strange!.points.length > 0);
    assert.ok(strange!.points.every(({ key, value }) => key !== 'DE|tv' && value < 90));
  });

  it('are not strange in usual intervals, nor before they know what is usual', () => {
    const groups = after(100);
    assert.equal(after(99).judge('orders', 99, low).strange, undefined);
    let told = 0;
    for (let at = 100; at < 600; at++) if (groups.judge('orders', at, interval(at)).strange) told++;
    // Of eight groups, a thousandth.
    assert.ok(told <= 10, String(told));
  });

  it('are not made strange by one series that is off without end', () => {
    const points = interval(1000).map((point) =>
      point.key === 'DE|tv' ? { ...point, value: 1e300 } : point,
    );
    const { strange } = after(300).judge('orders', 300, points);
    assert.ok(!strange || Math.abs(strange.off) < 5, JSON.stringify(strange));
  });

  it('are not strange while most of their series are learning, and then without those that are', () => {
    const warmup = { seen: 200, needed: 300 };
    const learning = (count: number) =>
      low.map((point) => {
        const isOne = point.dimensions[0] === 'DE' && platforms.indexOf(point.dimensions[1]!) < count;
        return isOne ? { ...point, verdict: { ...point.verdict, warmup } } : point;
      });
    const germany = (count: number) =>
      after(300).judge('orders', 300, learning(count)).of('["orders",0,"DE"]')!;
    assert.equal(germany(3).severity, 0);
    assert.ok(germany(2).severity >= anomalySeverity);
    const keysOf = ({ points }: Pick<Group, 'points'>) => points.map(({ key }) => key);
    const keys = keysOf(germany(2));
    assert.deepEqual(
      keys,
      keysOf(germany(0)).filter((key) => !['DE|android', 'DE|ios'].includes(key)),
    );
    assert.ok(keys.length > 0);
  });

  it('leave out what is missing and what nothing was expected of', () => {
    const groups = after(300);
    const silent = [
      interval(1000, 'DE', -9, { expected: undefined as never }),
      low.map((point) => ({ ...point, value: NaN })),
    ];
    for (const points of silent) assert.equal(groups.judge('orders', 300, points).strange, undefined);
  });

  it('count on the side that is asked for', () => {
    assert.equal(after(300, { direction: 'high' }).judge('orders', 300, low).strange, undefined);
    assert.ok(after(300, { direction: 'low' }).judge('orders', 300, low).strange);
  });

  it('are none where a value has one series, or all of them', () => {
    const groups = new Groups({ ...rules, dimensions: 1 });
    const names = ['["orders"]', '["orders",0,"DE"]'];
    const one = interval(0).filter(({ dimensions }) => dimensions[1] === 'tv');
    const seen = groups.judge('orders', 0, one);
    assert.deepEqual(
      names.map((name) => seen.of(name) !== undefined),
      [true, false],
    );
    const german = groups.judge(
      'orders',
      1,
      interval(1).filter(({ dimensions }) => dimensions[0] === 'DE'),
    );
    assert.deepEqual(
      names.map((name) => german.of(name) !== undefined),
      [true, false],
    );
  });

  it('go on from what was saved, and forget groups that are no more', () => {
    const before = after(300);
    const kept = new KeptParts();
    const keep = (groups: Groups) =>
      void kept.take({ version: 1, changes: () => groups.changes(), restore: () => undefined });
    keep(before);
    assert.equal(kept.parts.size, 8);
    const restored = new Groups(rules);
    restored.restore(kept.parts);
    assert.deepEqual(restored.judge('orders', 300, low).strange, before.judge('orders', 300, low).strange);
    restored.judge(
      'orders',
      1300,
      interval(2).filter(({ dimensions }) => dimensions[0] !== 'DE'),
    );
    keep(restored);
    assert.equal(kept.parts.has('group ["orders",0,"DE"]'), false);
    restored.forget();
    keep(restored);
    assert.equal(kept.parts.size, 0);
  });

  it('go on from what was saved while there was one mean, or none', () => {
    const kept = new KeptParts();
    const before = after(300);
    kept.take({ version: 1, changes: () => before.changes(), restore: () => undefined });
    const restored = (formerly: (own: number[], now: number[], lately: number[]) => Packable) => {
      const groups = new Groups(rules);
      const former = [...kept.parts].map(([part, { base }]) => {
        const [own, now, lately] = unpack(base!) as [number[], number[], number[]];
        return [part, { base: pack(formerly(own, now, lately)), appended: [] }] as const;
      });
      groups.restore(new Map(former));
      return groups.judge('orders', 300, low).strange;
    };
    const none = restored(([intervals, last], now) => [intervals!, last!, ...now]);
    const one = restored(([intervals, last, mean], now, lately) => [[intervals!, last!, mean!], now, lately]);
    const { strange } = before.judge('orders', 300, low);
    assert.deepEqual([none, one], [strange, strange]);
  });

  it('say which saved part is damaged', () => {
    const parts = new Map([['group x', { base: new Uint8Array(9), appended: [] }]]);
    assert.throws(() => new Groups(rules).restore(parts), /the saved part "group x" cannot be used/);
  });
});
