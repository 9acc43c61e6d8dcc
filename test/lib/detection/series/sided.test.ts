import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SeriesDetector } from '../../../../lib/detection/series/SeriesDetector';
import { sided } from '../../../../lib/detection/series/sided';
import { noise } from '../../../helpers/noise';

const hour = 3_600_000;

describe('the direction of one value', () => {
  const expected = { load: { value: 10, lower: 8, upper: 12 } };
  const high = { load: { score: 2, direction: 'HIGH', strength: 1.5 } } as const;

  it('is where it lies of what was expected, one-sided to no degree where the views say otherwise', () => {
    assert.deepEqual(sided(high, 11, expected), high);
    assert.deepEqual(sided(high, 10, expected), high);
    assert.deepEqual(sided(high, 9, expected), { load: { score: 2, direction: 'LOW', strength: 0 } });
  });

  /** Days of a rhythm with noise and with events, of which some are a night's and some a day's. */
  const series = fc.record({
    seed: fc.integer({ min: 1, max: 10_000 }),
    night: fc.integer({ min: 0, max: 50 }),
    day: fc.integer({ min: 60, max: 500 }),
    events: fc.uniqueArray(
      fc.record({
        at: fc.integer({ min: 100, max: 399 }),
        value: fc.oneof(fc.integer({ min: -100, max: 1000 }), fc.constantFrom(0, 1e300, -1e300)),
      }),
      { minLength: 5, maxLength: 20, selector: ({ at }) => at },
    ),
  });
  const valuesOf = ({
    seed,
    night,
    day,
    events,
  }: typeof series extends fc.Arbitrary<infer T> ? T : never) => {
    const random = noise(seed);
    const values = Array.from({ length: 400 }, (_, i) => (i % 24 < 8 ? night : day) + 5 * random());
    for (const { at, value } of events) values[at] = value;
    return values;
  };

  it('agrees with what was expected in every verdict, whatever comes', () => {
    fc.assert(
      fc.property(series, (given) => {
        const detector = new SeriesDetector({ names: ['load'], size: 'compact' });
        valuesOf(given).forEach((value, i) => {
          const { direction, expected, attribution } = detector.process(i * hour, [value]);
          if (!expected || value === expected.load!.value) return;
          assert.equal(direction, value > expected.load!.value ? 'HIGH' : 'LOW');
          assert.equal(attribution!.load!.direction, direction);
        });
        detector.free();
      }),
      { numRuns: 40 },
    );
  });

  it('decides whether a value is on the side that is wanted', () => {
    fc.assert(
      fc.property(series, (given) => {
        const detector = new SeriesDetector({ names: ['load'], size: 'compact', direction: 'high' });
        valuesOf(given).forEach((value, i) => {
          const { direction, isAnomaly, suppressed } = detector.process(i * hour, [value]);
          if (isAnomaly) assert.equal(direction, 'HIGH');
          if (suppressed === 'direction') assert.equal(direction, 'LOW');
        });
        detector.free();
      }),
      { numRuns: 40 },
    );
  });
});
