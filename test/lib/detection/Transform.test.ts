import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Transform, type TransformMethod } from '../../../lib/detection/Transform';
import { noise } from '../../helpers/noise';

const near = (got: number, wanted: number, tolerance = 1e-9) =>
  assert.ok(Math.abs(got - wanted) <= tolerance * (1 + Math.abs(wanted)), `${got} for ${wanted}`);

describe('a transform', () => {
  const methods: TransformMethod[] = [
    'none',
    'weighted',
    'subtract-ma',
    'normalize',
    'difference',
    'normalize-difference',
  ];
  const method = fc.constantFrom(...methods);
  const record = fc.tuple(
    fc.double({ min: -50, max: 50, noNaN: true }),
    fc.double({ min: 1e4, max: 2e4, noNaN: true }),
  );
  const records = fc.array(record, { minLength: 3, maxLength: 40 });

  /** The values transformed one after the other, each by those before it. */
  const run = (transform: Transform, values: number[][]) =>
    values.map((each) => {
      const out = new Float64Array(each.length);
      transform.apply(each, out);
      transform.learn(each);
      return [...out];
    });
  const single = (name: TransformMethod, values: number[], memory = Infinity) =>
    run(
      new Transform({ method: name, dimensions: 1, memory }),
      values.map((each) => [each]),
    ).flat();

  it('follows the definition of its method', () => {
    const data = [3, 5, 10, 4];
    assert.deepEqual(single('none', data), data);
    single('subtract-ma', data).forEach((y, i) => near(y, [3, 2, 6, -2][i]!));
    assert.deepEqual(single('difference', data), [0, 2, 5, -6]);
    // 3, 5 and 10 have the mean 6 and the deviation sqrt((9 + 1 + 16) / 3).
    near(single('normalize', data)[3]!, (4 - 6) / Math.sqrt(26 / 3));
    // The changes 2 and 5 have the mean 3.5 and the deviation 1.5; then comes -6.
    near(single('normalize-difference', data)[3]!, (-6 - 3.5) / 1.5);
    const [weighted] = run(new Transform({ method: 'weighted', dimensions: 2, weights: [2, 0.5] }), [[3, 8]]);
    assert.deepEqual(weighted, [6, 4]);
  });

  it('forgets: the average moves', () => {
    // With a memory of 2 a record keeps half its weight: (0.5 * 0.5 * 4 + 0.5 * 8 + 12) / 1.75
    near(single('subtract-ma', [4, 8, 12, 0], 2)[3]!, -17 / 1.75);
  });

  it('is undone by invert', () => {
    fc.assert(
      fc.property(method, records, record, (name, past, next) => {
        const transform = new Transform({ method: name, dimensions: 2, weights: [1, 3] });
        for (const each of past) transform.learn(each);
        const out = new Float64Array(2);
        transform.apply(next, out);
        fc.pre(out.every((y) => Math.abs(y) < 100));
        const { values, lower, upper } = transform.invert({ values: out, lower: out, upper: out });
        for (let d = 0; d < 2; d++) {
          near(values[d]!, next[d]!, 1e-6);
          near(lower[d]!, values[d]!);
          near(upper[d]!, values[d]!);
        }
      }),
    );
  });

  it('gives the same whatever unit the data are in, when it normalizes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<TransformMethod>('normalize', 'normalize-difference'),
        fc.array(fc.tuple(fc.nat(100), fc.nat(100)), { minLength: 1 }),
        fc.constantFrom(2 ** -20, 2 ** 20),
        (name, rest, unit) => {
          // Until values and changes have differed there is no deviation to go by.
          const data = [[1, 10], [7, 15], [3, 12], ...rest];
          const at = (scale: number) => {
            const scaled = data.map((each) => each.map((x) => scale * x));
            return run(new Transform({ method: name, dimensions: 2 }), scaled);
          };
          assert.deepEqual(at(unit).slice(3), at(1).slice(3));
        },
      ),
    );
  });

  it('sets rates of 0.1 to 0.5 apart as well as those of 10 to 50', () => {
    const random = noise(1);
    const rates = Array.from({ length: 500 }, () => 0.1 + 0.01 * random());
    const [strange] = single('normalize', [...rates, 0.5]).slice(-1);
    assert.ok(strange! > 30, `${strange} deviations`);
  });

  it('makes nothing of a small step in flat data, and much of a large one', () => {
    const flat = new Array<number>(300).fill(2);
    for (const name of ['normalize', 'normalize-difference'] as const) {
      assert.ok(Math.abs(single(name, [...flat, 2.000001], 256)[300]!) < 0.01);
      const steps = single(name, [...flat, 2.000001, 2, 2.000001, 2], 256).slice(-4);
      assert.ok(
        steps.every((y) => Math.abs(y) < 0.01),
        steps.join(),
      );
      assert.equal(single(name, [...flat, 3], 256)[300], 100, 'cut off');
    }
  });

  it('follows a trend to the end of a forecast of differences', () => {
    const transform = new Transform({ method: 'difference', dimensions: 1 });
    for (const x of [2994, 2996, 2998]) transform.learn([x]);
    const steps = Float64Array.of(2, 2, 2, 2);
    const { values, lower, upper } = transform.invert({
      values: steps,
      lower: Float64Array.of(1, 1, 1, 1),
      upper: Float64Array.of(2, 5, 2, 6),
    });
    assert.deepEqual([...values], [3000, 3002, 3004, 3006]);
    // Independent steps of 1 down: the root of how many. Up: 0, 3, 0, 4.
    [1, Math.sqrt(2), Math.sqrt(3), 2].forEach((below, i) => near(values[i]! - lower[i]!, below));
    [0, 3, 3, 5].forEach((above, i) => near(upper[i]! - values[i]!, above));
  });

  it('follows the mean change when the forecast of normalized differences is none', () => {
    const transform = new Transform({ method: 'normalize-difference', dimensions: 1, memory: 1e9 });
    for (const x of [10, 12, 15, 17, 20]) transform.learn([x]);
    const nothing = new Float64Array(2);
    const { values } = transform.invert({ values: nothing, lower: nothing, upper: nothing });
    near(values[0]!, 22.5, 1e-6);
    near(values[1]!, 25, 1e-6);
  });

  it('leaves what is missing missing and stays finite with all else', () => {
    const value = fc.constantFrom(NaN, 0, 1e300, -1e300, Number.MAX_VALUE, -Number.MAX_VALUE, 5e-324, 1);
    fc.assert(
      fc.property(method, fc.array(value, { minLength: 1, maxLength: 30 }), (name, data) => {
        single(name, data, 16).forEach((y, i) => {
          assert.equal(Number.isNaN(y), Number.isNaN(data[i]), `${y} of ${data[i]}`);
          assert.ok(Number.isNaN(y) || Number.isFinite(y));
        });
      }),
    );
  });

  it('goes on from its state as if nothing had happened', () => {
    fc.assert(
      fc.property(method, records, records, (name, past, rest) => {
        const options = { method: name, dimensions: 2, memory: 10 };
        const original = new Transform(options);
        run(original, past);
        const state = JSON.parse(JSON.stringify(original.state())) as ReturnType<Transform['state']>;
        assert.deepEqual(run(new Transform(options, state), rest), run(original, rest));
      }),
    );
  });

  it('refuses weights that are none', () => {
    assert.throws(
      () => new Transform({ method: 'weighted', dimensions: 2, weights: [1, 0] }),
      /weights must be 2 numbers above 0, got 1,0/,
    );
  });
});
