import assert from 'node:assert/strict';
import { Completion, type Knowing } from '../../../../lib/detection/series/Completion';
import type { Missing } from '../../../../lib/detection/series/DetectorOptions';
import type { Moment } from '../../../../lib/detection/series/Outlook';

const at = (time: number): Moment => ({ time, day: 0, hour: 0, usual: [] });

describe('completing a record', () => {
  let learned: [time: number, values: number[]][];
  let asked: number;
  const knowing: Knowing = {
    outlook: {
      at,
      expected: (d) => ({ value: 10 + d, lower: 0, upper: 0 }),
      learn: ({ time }, record) => {
        learned.push([time, [...record]]);
        return 0;
      },
    },
    judge: {
      likely: (_day, values) => {
        asked++;
        return values.map((value) => (Number.isNaN(value) ? 20 : value));
      },
    },
  };
  const completionOf = (missing: Missing, states?: readonly number[][]) =>
    new Completion(3, missing, knowing, states);
  const take = (completion: Completion, time: number, ...values: number[]) => {
    const isAny = completion.take(values, at(time));
    const { judged, whole } = completion;
    return { isAny, judged: [...judged], whole: [...whole] };
  };
  const usual = () => false;

  beforeEach(() => {
    learned = [];
    asked = 0;
  });

  it('judges what came, and lets something stand in for the rest', () => {
    for (const [missing, judged, whole] of [
      ['skip', [NaN, 2, NaN], [NaN, 2, NaN]],
      ['zero', [0, 2, 0], [0, 2, 0]],
      ['previous', [NaN, 2, NaN], [5, 2, 7]],
      ['expected', [NaN, 2, NaN], [10, 2, 12]],
      ['linear', [NaN, 2, NaN], [NaN, 2, NaN]],
      ['forest', [NaN, 2, NaN], [20, 2, 20]],
    ] as const) {
      const completion = completionOf(missing);
      take(completion, 1000, 5, 6, 7);
      completion.learn(1000);
      assert.deepEqual(take(completion, 2000, NaN, 2, NaN), { isAny: true, judged, whole }, missing);
      assert.equal(completion.isMadeUp, false);
    }
  });

  it('asks the forest once a record', () => {
    take(completionOf('forest'), 1000, NaN, 2, NaN);
    assert.equal(asked, 1);
  });

  it('tells a record of which none came from one of which there is nothing at all', () => {
    const previous = completionOf('previous');
    assert.equal(take(previous, 1000, NaN, NaN, NaN).isAny, false);
    take(previous, 2000, 5, 6, 7);
    previous.learn(2000);
    assert.equal(take(previous, 3000, NaN, NaN, NaN).isAny, true);
    assert.equal(previous.isMadeUp, true);
    const zero = completionOf('zero');
    take(zero, 1000, NaN, NaN, NaN);
    assert.equal(zero.isMadeUp, false);
  });

  it('expects nothing of a value that never came', () => {
    assert.deepEqual(take(completionOf('expected'), 1000, NaN, 2, NaN).whole, [NaN, 2, NaN]);
  });

  it('takes values for finite ones whose differences are', () => {
    assert.deepEqual(take(completionOf('skip'), 1000, 1e308, -1e308, 3).judged, [1e300, -1e300, 3]);
  });

  it('teaches the line over the gap of a value once the next one has come, after a restart as well', () => {
    const before = completionOf('linear');
    take(before, 1000, 5, 6, 7);
    before.learn(1000);
    take(before, 2000, NaN, 6, 7);
    before.learn(2000);
    const completion = completionOf('linear', before.states());
    assert.equal(completion.seen, 2);
    take(completion, 3000, 9, NaN, 7);
    completion.fillBefore(3000, usual);
    assert.deepEqual(learned, [[2000, [7, NaN, NaN]]]);
  });

  it('teaches no line to a record that is strange, nor later', () => {
    const completion = completionOf('linear');
    take(completion, 1000, 5, 6, 7);
    completion.learn(1000);
    take(completion, 2000, NaN, 6, 7);
    completion.learn(2000);
    take(completion, 3000, 900, 6, 7);
    completion.fillBefore(3000, () => true);
    completion.learn(3000);
    take(completion, 4000, 9, 6, 7);
    completion.fillBefore(4000, usual);
    assert.deepEqual(learned, []);
  });
});
