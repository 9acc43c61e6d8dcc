import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AggregateSpec } from '../../../lib/windows/aggregateSpec';
import { Aggregates } from '../../../lib/windows/aggregates';
import { Derived } from '../../../lib/windows/derived';

const spec = (more: Partial<AggregateSpec>): AggregateSpec => ({
  name: 'x',
  fn: 'count',
  field: 'v',
  p: 95,
  where: [],
  ...more,
});

/** Results over records that come one ms after the other, or at the times given. */
function over(
  specs: Partial<AggregateSpec>[],
  records: readonly unknown[],
  times?: readonly number[],
): object {
  const aggregates = new Aggregates(specs.map(spec));
  const state = aggregates.create();
  records.forEach((record, index) =>
    aggregates.add(state, aggregates.read(record), { time: times?.[index] ?? index, partition: '' }),
  );
  return Object.fromEntries(aggregates.results(state));
}

const result = (more: Partial<AggregateSpec>, records: readonly unknown[], times?: readonly number[]) =>
  (over([more], records, times) as { x?: unknown }).x;

describe('aggregates', () => {
  const v = (...values: unknown[]) => values.map((value) => ({ v: value }));

  it('equal a naive computation', () => {
    const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 60 });
    fc.assert(
      fc.property(values, (numbers) => {
        const names = ['count', 'sum', 'mean', 'min', 'max', 'distinct', 'first', 'last'] as const;
        const sum = numbers.reduce((a, b) => a + b, 0);
        assert.deepEqual(
          over(
            names.map((fn) => ({ name: fn, fn })),
            v(...numbers),
          ),
          {
            count: numbers.length,
            sum,
            mean: sum / numbers.length,
            min: Math.min(...numbers),
            max: Math.max(...numbers),
            distinct: new Set(numbers).size,
            first: numbers[0],
            last: numbers.at(-1),
          },
        );
      }),
    );
  });

  it('give stddev of the sample and the percentile that p asks for', () => {
    assert.equal(result({ fn: 'stddev' }, v(2, 4, 4, 4, 5, 5, 7, 9)), Math.sqrt(32 / 7));
    assert.equal(result({ fn: 'percentile', p: 50 }, v(1, 2, 10)), 2);
    assert.equal(result({ fn: 'percentile' }, v(0, 100)), 95);
  });

  it('take numeric text for numbers', () => {
    assert.equal(result({ fn: 'sum' }, v('1.5', 2, 3n)), 6.5);
  });

  it('take first and last by time, and by arrival among equal times', () => {
    assert.equal(result({ fn: 'first' }, v('a', 'b', 'c', 'd'), [5, 3, 3, 9]), 'b');
    assert.equal(result({ fn: 'last' }, v('a', 'b', 'c', 'd'), [5, 9, 9, 3]), 'c');
  });

  it('pass over records without the field, which count without a field counts', () => {
    const records = [{ v: 1 }, {}, { v: null }, { v: 3 }];
    assert.deepEqual(
      over([{ name: 'all', field: '' }, { name: 'having' }, { name: 'mean', fn: 'mean' }], records),
      { all: 4, having: 2, mean: 2 },
    );
  });

  it('take the record itself without a field', () => {
    assert.equal(result({ fn: 'sum', field: '' }, [1, 2, 3.5]), 6.5);
  });

  it('take only records that meet every condition', () => {
    const where = [
      { field: 'kind', op: '==', value: 'click' },
      { field: 'user.age', op: '>=', value: 18 },
    ] as const;
    const records = [
      { kind: 'click', user: { age: 20 }, v: 5 },
      { kind: 'click', user: { age: 17 }, v: 'not read' },
      { kind: 'view', user: { age: 30 }, v: 1 },
      { kind: 'click', v: 1 },
    ];
    assert.equal(result({ fn: 'sum', where }, records), 5);
  });

  it('of nothing are 0 for count, sum and distinct, and absent otherwise', () => {
    const names = [
      'count',
      'sum',
      'distinct',
      'mean',
      'min',
      'max',
      'stddev',
      'percentile',
      'first',
      'last',
    ] as const;
    assert.deepEqual(
      over(
        names.map((fn) => ({ name: fn, fn })),
        [],
      ),
      { count: 0, sum: 0, distinct: 0 },
    );
  });

  it('are absent rather than infinite', () => {
    assert.equal(result({ fn: 'sum' }, v(1e308, 1e308)), undefined);
  });

  for (const fn of ['sum', 'mean', 'min', 'max', 'stddev', 'percentile'] as const) {
    it(`refuse what is no number, by field name: ${fn}`, () => {
      for (const value of ['much', NaN, Infinity, true, {}, [], '']) {
        assert.throws(() => result({ fn }, v(value)), /^RecordError: v must be a finite number, got /);
      }
    });
  }

  it('refuse objects where a value is kept', () => {
    for (const fn of ['first', 'last', 'distinct'] as const) {
      assert.throws(() => result({ fn }, v({})), /^RecordError: v must be text, .*, got an empty object/);
    }
  });
});

describe('derived values', () => {
  const derive = (expressions: Record<string, string>, values: Record<string, unknown>) => {
    const results = new Map(Object.entries(values));
    const specs = Object.entries(expressions).map(([name, expression]) => ({ name, expression }));
    new Derived(specs).addTo(results);
    return Object.fromEntries(results);
  };

  it('may use those before them', () => {
    assert.deepEqual(derive({ b: 'a * 2', c: 'b + a' }, { a: 1 }), { a: 1, b: 2, c: 3 });
  });

  it('are absent where a name has no value or holds text, and so is what uses them', () => {
    assert.deepEqual(derive({ b: 'gone + 1', c: 'b * 2', d: 'a + 1' }, { a: 'text' }), { a: 'text' });
  });
});
