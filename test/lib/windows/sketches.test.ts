import assert from 'node:assert/strict';
import { DistinctSketch } from '../../../lib/windows/sketches/DistinctSketch';
import { QuantileSketch } from '../../../lib/windows/sketches/QuantileSketch';

/** Repeatable numbers in [0, 1): the fractions of a golden-ratio walk, spread evenly and never repeating. */
const spread = (count: number) => Array.from({ length: count }, (_, i) => ((i + 1) * 0.6180339887498949) % 1);

function filled<T extends { add(value: never): void }>(sketch: T, values: readonly unknown[]): T {
  for (const value of values) sketch.add(value as never);
  return sketch;
}

function close(actual: number, expected: number, relative: number, scale = Math.abs(expected)): void {
  assert.ok(Math.abs(actual - expected) <= relative * scale + 1e-12, `${actual} is not near ${expected}`);
}

describe('percentiles', () => {
  it('are exact, between neighbours, for up to 512 numbers in any order', () => {
    const sketch = filled(new QuantileSketch(), [40, 10, 30, 20]);
    assert.deepEqual(
      [0, 25, 50, 90, 100].map((p) => sketch.percentile(p)),
      [10, 17.5, 25, 37, 40],
    );
    const many = filled(
      new QuantileSketch(),
      spread(512).map((x) => Math.floor(x * 1e9)),
    );
    const sorted = spread(512)
      .map((x) => Math.floor(x * 1e9))
      .sort((a, b) => a - b);
    close(many.percentile(50)!, (sorted[255]! + sorted[256]!) / 2, 1e-15);
  });

  it('of nothing have no value, and of one number are that number', () => {
    assert.equal(new QuantileSketch().percentile(50), undefined);
    assert.equal(filled(new QuantileSketch(), [7]).percentile(99), 7);
  });

  const distributions: Record<string, (x: number) => number> = {
    'even numbers': (x) => x * 100,
    'a heavy tail': (x) => (1 - x) ** -2,
    'numbers on both sides of zero': (x) => (x - 0.4) * 1000,
    'tiny numbers': (x) => x * 1e-200,
    'many zeros': (x) => Math.max(0, x - 0.5),
    'a narrow band far from zero': (x) => 1e9 + x,
  };
  for (const [what, shape] of Object.entries(distributions)) {
    it(`of 20,000 numbers stay within 1 % of a neighbour: ${what}`, () => {
      const values = spread(20_000).map(shape);
      const sketch = filled(new QuantileSketch(), values);
      const sorted = [...values].sort((a, b) => a - b);
      for (const p of [0, 1, 5, 25, 50, 75, 90, 99, 99.9, 100]) {
        const rank = (p / 100) * (sorted.length - 1);
        const expected = sorted[Math.floor(rank)]!;
        close(sketch.percentile(p)!, expected, 0.0100001);
      }
    });
  }

  it('are the same in whatever order the numbers come, however far apart these are', () => {
    const values = spread(5000).map((x) => (x - 0.2) * 10 ** (x * 600 - 300));
    const sorted = filled(
      new QuantileSketch(),
      [...values].sort((a, b) => a - b),
    );
    const unsorted = filled(new QuantileSketch(), values);
    assert.deepEqual(unsorted.state(), sorted.state());
    for (const p of [1, 30, 50, 70, 99]) assert.equal(unsorted.percentile(p), sorted.percentile(p));
  });

  it('keep the largest within 1 % when the smallest no longer fit', () => {
    const values = spread(5000).map((x) => 10 ** (x * 600 - 300));
    const sketch = filled(new QuantileSketch(), values);
    const sorted = values.sort((a, b) => a - b);
    close(sketch.percentile(99)!, sorted[Math.floor(0.99 * 4999)]!, 0.0100001);
  });

  it('merge to what one pass over both parts gives', () => {
    for (const [left, right] of [
      [100, 100],
      [100, 5000],
      [5000, 100],
      [5000, 5000],
    ] as const) {
      const values = spread(left + right).map((x) => (x - 0.3) * 50);
      const merged = filled(new QuantileSketch(), values.slice(0, left));
      merged.merge(filled(new QuantileSketch(), values.slice(left)));
      const whole = filled(new QuantileSketch(), values);
      for (const p of [0, 10, 50, 99, 100]) assert.equal(merged.percentile(p), whole.percentile(p));
    }
  });
});

describe('distinct values', () => {
  it('are counted exactly up to 1024, however often each comes', () => {
    const names = Array.from({ length: 1024 }, (_, i) => `user ${i}`);
    assert.equal(filled(new DistinctSketch(), [...names, ...names]).count(), 1024);
  });

  it('tell long texts apart that begin alike', () => {
    const long = 'x'.repeat(10_000);
    assert.equal(filled(new DistinctSketch(), [`${long}a`, `${long}b`, `${long}a`]).count(), 2);
  });

  for (const count of [1100, 5000, 12_000, 50_000]) {
    it(`are estimated within 5 % (three standard errors): ${count}`, () => {
      for (const make of [(i: number) => String(i), (i: number) => `10.0.${i >> 8}.${i & 255}`]) {
        const sketch = filled(
          new DistinctSketch(),
          Array.from({ length: count }, (_, i) => make(i)),
        );
        close(sketch.count(), count, 0.05);
      }
    });
  }

  it('merge to what one pass over both parts gives', () => {
    for (const [left, right] of [
      [500, 600],
      [10, 5000],
      [5000, 10],
      [3000, 3000],
    ] as const) {
      const texts = Array.from({ length: left + right }, (_, i) => `v${i}`);
      const merged = filled(new DistinctSketch(), texts.slice(0, left));
      merged.merge(filled(new DistinctSketch(), texts.slice(left)));
      assert.equal(merged.count(), filled(new DistinctSketch(), texts).count());
    }
  });
});
