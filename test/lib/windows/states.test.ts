import assert from 'node:assert/strict';
import fc from 'fast-check';
import { aggregateFunctions, type AggregateFunction } from '../../../lib/windows/aggregateSpec';
import { accumulators } from '../../../lib/windows/accumulators';
import type { Scalar } from '../../../lib/settings/fields';

const numbers = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  fc.integer({ min: -3, max: 3 }).map(Number),
);
const values = (length: number) => fc.array(numbers, { maxLength: length });

/** Values of different partitions at times of which some are equal. */
function gather(fn: AggregateFunction, values: readonly Scalar[], into = accumulators[fn](40)) {
  values.forEach((value, index) => into.add(value, { time: index % 7, partition: `s${index % 3}` }));
  return into;
}

describe('the state of an accumulator', () => {
  const large = [...Array(3000).keys()].map(
    (i) => ((i * 0.6180339887498949) % 1) * 10 ** ((i % 19) - 9) - 0.2,
  );

  for (const fn of aggregateFunctions) {
    it(`survives JSON, and goes on to the same results to the last bit: ${fn}`, () => {
      const check = (before: readonly number[], after: readonly number[]) => {
        const state: unknown = JSON.parse(JSON.stringify(gather(fn, before).state()));
        const loaded = accumulators[fn](40);
        loaded.load(state, 'state');
        assert.equal(gather(fn, after, loaded).result(), gather(fn, after, gather(fn, before)).result());
      };
      fc.assert(fc.property(values(30), values(30), check));
      for (const cut of [10, 511, 513, 1100, 2500]) check(large.slice(0, cut), large.slice(cut));
    });

    it(`merges to what one pass over all values gives, to the last bit: ${fn}`, () => {
      // In order of time, so that one pass sees first and last as the parts do.
      const check = (cuts: readonly number[], values: readonly number[]) => {
        const bounds = [0, ...[...cuts].sort((a, b) => a - b), values.length];
        const merged = accumulators[fn](40);
        for (let i = 1; i < bounds.length; i++) {
          const part = accumulators[fn](40);
          for (let at = bounds[i - 1]!; at < bounds[i]!; at++)
            part.add(values[at]!, { time: at, partition: '' });
          merged.merge(part);
        }
        const whole = accumulators[fn](40);
        values.forEach((value, time) => whole.add(value, { time, partition: '' }));
        assert.equal(merged.result(), whole.result());
      };
      fc.assert(
        fc.property(fc.array(fc.nat(40), { maxLength: 4 }), values(40), (cuts, values) =>
          check(
            cuts.map((cut) => Math.min(cut, values.length)),
            values,
          ),
        ),
      );
      for (const cuts of [[100], [400, 800], [1500], [20, 2900]]) check(cuts, large);
    });
  }

  const wrong: Record<AggregateFunction, readonly (readonly [state: unknown, expected: RegExp])[]> = {
    count: [
      [-1, /^RecordError: s must be a whole number from 0, got -1$/],
      [1.5, /^RecordError: s must be a whole number/],
      ['3', /^RecordError: s must be a whole number from 0, got "3"$/],
    ],
    sum: [
      [null, /^RecordError: s must be a list of 2, got null$/],
      [[1, [1], 3], /^RecordError: s must be a list of 2, got an array of 3$/],
      [[-1, []], /^RecordError: s\[0\] must be a whole number/],
      [[1, 5], /^RecordError: s\[1\] must be a list of at most 100, got 5$/],
      [[1, Array(101).fill(0)], /^RecordError: s\[1\] must be a list of at most 100, got an array of 101$/],
      [[1, [0, null]], /^RecordError: s\[1\]\[1\] must be a finite number, got null$/],
      [[1, [1e308]], /^RecordError: s\[1\]\[0\] must be a number up to/],
    ],
    mean: [[{}, /^RecordError: s must be a list of 2/]],
    stddev: [
      [[[1, []], 7], /^RecordError: s\[1\] must be a list of at most 100, got 7$/],
      [[[NaN, []], []], /^RecordError: s\[0\]\[0\] must be a whole number/],
    ],
    min: [['1', /^RecordError: s must be a finite number, got "1"$/]],
    max: [[Infinity, /^RecordError: s must be a finite number, got Infinity$/]],
    percentile: [
      [7, /^RecordError: s must be a list of 5, got 7$/],
      [[['x']], /^RecordError: s\[0\]\[0\] must be a finite number, got "x"$/],
      [[Array(513).fill(0)], /^RecordError: s\[0\] must be a list of at most 512/],
      [[0, 1, -1, [], []], /^RecordError: s\[2\] must be a whole number/],
      [[0, 1, 0, [], [[0.5, 1]]], /^RecordError: s\[4\]\[0\]\[0\] must be the number of a bucket, got 0.5$/],
      [[0, 1, 0, [[3]], []], /^RecordError: s\[3\]\[0\] must be a list of 2/],
    ],
    distinct: [
      [5, /^RecordError: s must be a list of at most 1024, got 5$/],
      [['a', 5], /^RecordError: s\[1\] must be text, got 5$/],
      [Array(1025).fill('a'), /^RecordError: s must be a list of at most 1024/],
      ['AAAA', /^RecordError: s must be 4096 registers in base64, each up to 53, got "AAAA"$/],
      [Buffer.alloc(4096, 54).toString('base64'), /^RecordError: s must be 4096 registers/],
    ],
    first: [
      [['a', 1], /^RecordError: s must be a list of 3/],
      [[{}, 1, ''], /^RecordError: s\[0\] must be text, true, false or a finite number/],
      [['a', '1', ''], /^RecordError: s\[1\] must be a finite number/],
      [['a', 1, 2], /^RecordError: s\[2\] must be text/],
    ],
    last: [['a', /^RecordError: s must be a list of 3/]],
  };
  for (const fn of aggregateFunctions) {
    it(`is refused where it is none, by the place that is wrong: ${fn}`, () => {
      for (const [state, expected] of wrong[fn]) {
        assert.throws(() => accumulators[fn](50).load(state, 's'), expected);
      }
    });
  }
});
