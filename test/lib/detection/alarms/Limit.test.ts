import assert from 'node:assert/strict';
import { Limit, type LimitSpec } from '../../../../lib/detection/alarms/Limit';
import { Limits } from '../../../../lib/detection/alarms/Limits';
import { SettingError } from '../../../../lib/settings/SettingError';

const limit = (spec: Partial<LimitSpec>) => new Limit({ operator: '>', value: 3, clearValue: '', ...spec });

describe('a limit', () => {
  const what = (one: Limit, seen: unknown) => [one.breaks(seen), one.isClear(seen)];

  it('takes for calm whatever is no anomaly', () => {
    for (const seen of [2, 3, 4]) assert.deepEqual(what(limit({}), seen), [seen > 3, seen <= 3]);
  });

  it('with a clearing value takes what lies in between for neither', () => {
    const high = limit({ clearValue: 2 });
    assert.deepEqual(
      [4, 3, 2, 1.9].map((seen) => what(high, seen)),
      [
        [true, false],
        [false, false],
        [false, false],
        [false, true],
      ],
    );
    const low = limit({ operator: '<=', clearValue: 5 });
    assert.deepEqual(
      [3, 4, 5, 5.1].map((seen) => what(low, seen)),
      [
        [true, false],
        [false, false],
        [false, false],
        [false, true],
      ],
    );
  });

  it('refuses a clearing value on the wrong side, or beside an operator without one', () => {
    const wrong: [Partial<LimitSpec>, RegExp][] = [
      [{ clearValue: 3 }, /"clearValue" must be smaller than the value \(3\), got 3/],
      [{ operator: '<', clearValue: 2 }, /"clearValue" must be larger than the value \(3\), got 2/],
      [{ operator: '==', clearValue: 2 }, /"clearValue" must be empty beside an operator/],
    ];
    for (const [spec, expected] of wrong) assert.throws(() => limit(spec), expected);
  });

  it('is raised away from what is calm, on either side and of either sign', () => {
    const raised = (operator: '>' | '<', value: number) =>
      [-100, -21, -9, -1, 1, 9, 21, 100].filter((seen) =>
        limit({ operator, value }).raised({ factor: 2, amount: 1 }).breaks(seen),
      );
    assert.deepEqual(raised('>', 10), [100]);
    assert.deepEqual(raised('>', -20), [-1, 1, 9, 21, 100]);
    assert.deepEqual(raised('<', -10), [-100]);
    assert.deepEqual(raised('<', 20), [-100, -21, -9, -1, 1]);
    assert.ok(limit({ operator: 'contains', value: 'a' }).raised({ factor: 2, amount: 1 }).breaks('cat'));
  });

  it('weighs what was seen towards what is calm or away from it, on either side of zero', () => {
    const weighed = (operator: '>' | '<' | '==', seen: unknown) =>
      [0.5, 2].map((factor) => limit({ operator }).weighed(seen, factor));
    assert.deepEqual(weighed('>', 8), [4, 16]);
    assert.deepEqual(weighed('>', '-8'), [-16, -4]);
    assert.deepEqual(weighed('<', 8), [16, 4]);
    assert.deepEqual(weighed('<', -8), [-4, -16]);
    assert.deepEqual(weighed('==', '8'), ['8', '8']);
  });

  it('knows how bad a number is, and nothing of what has no order', () => {
    assert.deepEqual([limit({}).level('7'), limit({}).worse], [7, 1]);
    assert.deepEqual([limit({ operator: '<' }).level(7), limit({ operator: '<' }).worse], [7, -1]);
    assert.deepEqual([limit({ operator: '==' }).level(7), limit({ operator: '==' }).worse], [NaN, 0]);
  });
});

describe('limits of single keys', () => {
  const override = (key: string, value: number) => ({
    key,
    operator: '>' as const,
    value,
    clearValue: '' as const,
  });
  const limits = (...keys: string[]) =>
    new Limits(
      { operator: '>', value: 0, clearValue: '' },
      keys.map((key, index) => override(key, index + 1)),
    );
  /** The place of the override that holds for a key, from 1 on; 0 for none. */
  const chosen = (all: Limits, key: string) =>
    [0, 1, 2, 3].find((value) => all.of(key).breaks(value + 0.5) && !all.of(key).breaks(value));

  it('are those of the key itself, then of the first pattern that fits, then the general one', () => {
    const all = limits('shop*', 'shop/cart', '*/cart');
    assert.deepEqual(
      ['shop/cart', 'shop', 'shop/home', 'blog/cart', 'blog', 'my shop'].map((key) => chosen(all, key)),
      [2, 1, 1, 3, 0, 0],
    );
  });

  it('take everything but the asterisk as it stands, over line ends too', () => {
    const all = limits('a.b|(c*', '*');
    assert.deepEqual(
      ['a.b|(c', 'a.b|(cd\ne', 'axb|(c', 'x\ny'].map((key) => chosen(all, key)),
      [1, 1, 2, 2],
    );
  });

  it('name a limit that is wrong', () => {
    const wrong = { ...override('a', 1), clearValue: 2 };
    assert.throws(
      () => new Limits({ operator: '>', value: 0, clearValue: '' }, [override('b', 1), wrong]),
      (error) => error instanceof SettingError && error.path === 'clearValue',
    );
  });
});
