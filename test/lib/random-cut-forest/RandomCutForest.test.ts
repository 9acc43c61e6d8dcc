import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RandomCutForest, type ForestOptions } from '../../../lib/random-cut-forest';
import { byteLength, maxRows } from '../../../lib/random-cut-forest/layout';
import { completeOptions } from '../../../lib/random-cut-forest/options';
import { noise } from '../../helpers/noise';
import { assertInvariants } from './invariants';

const options = fc.record({
  dimensions: fc.integer({ min: 1, max: 4 }),
  numberOfTrees: fc.integer({ min: 1, max: 4 }),
  subSampleSize: fc.integer({ min: 2, max: 12 }),
  timeDecay: fc.constantFrom(1, 10, 1000, 2 ** 31 - 1),
  shingleSize: fc.integer({ min: 1, max: 3 }),
  seed: fc.integer(),
});

/** Few different values make duplicates likely; the others reach every corner of float64. */
const value = fc.oneof(
  fc.constantFrom(0, 1, 2, 3),
  fc.constantFrom(-0, 1e300, -1e300, 1e-300, 5e-324, 1e8, 1e8 + 1, Number.MAX_VALUE, -Number.MAX_VALUE),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ min: -1, max: 1, noNaN: true }),
);

const stream = fc.tuple(
  options,
  fc.array(fc.tuple(value, value, value, value), { minLength: 1, maxLength: 60 }),
);

const sum = (values: Float64Array) => values.reduce((total, each) => total + each, 0);

describe('a random cut forest', () => {
  it('stays sound after every record, whatever the records and options are', () => {
    fc.assert(
      fc.property(stream, ([options, records]) => {
        const forest = new RandomCutForest(options);
        for (const record of records) {
          const score = forest.scoreAndUpdate(record.slice(0, options.dimensions));
          assert.ok(score >= 0 && score <= Math.log2(options.subSampleSize + 1) + 1e-9, `score ${score}`);
          assertInvariants(forest);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('attributes exactly the score, in parts of which none is negative', () => {
    fc.assert(
      fc.property(stream, ([options, records]) => {
        const forest = new RandomCutForest(options);
        const parts = new Float64Array(2 * options.dimensions * options.shingleSize);
        for (const each of records) {
          const record = each.slice(0, options.dimensions);
          const score = forest.attribution(record, parts);
          assert.equal(score, forest.score(record));
          assert.ok(Math.abs(sum(parts) - score) < 1e-9, `${sum(parts)} against ${score}`);
          assert.ok(parts.every((part) => part >= 0));
          forest.update(record);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('goes on from a snapshot as if nothing had happened', () => {
    fc.assert(
      fc.property(stream, fc.nat(), ([options, records], place) => {
        const original = new RandomCutForest(options);
        const cut = place % records.length;
        const feed = (forest: RandomCutForest, part: typeof records) =>
          part.map((record) => forest.scoreAndUpdate(record.slice(0, options.dimensions)));
        feed(original, records.slice(0, cut));
        const restored = RandomCutForest.from(original.snapshot());
        assert.deepEqual(feed(restored, records.slice(cut)), feed(original, records.slice(cut)));
        assert.deepEqual(restored.snapshot(), original.snapshot());
      }),
      { numRuns: 60 },
    );
  });

  const small = { numberOfTrees: 20, subSampleSize: 32, timeDecay: 320 };
  const walk = (forest: RandomCutForest, count: number, next: () => ArrayLike<number>) =>
    Array.from({ length: count }, () => forest.scoreAndUpdate(next()));

  it('scores alike for the same seed and differently for another', () => {
    const run = (seed: number) => {
      const random = noise(1);
      return walk(new RandomCutForest({ dimensions: 1, ...small, seed }), 200, () => [random()]);
    };
    assert.deepEqual(run(1), run(1));
    assert.notDeepEqual(run(1), run(2));
  });

  it('gives these very scores on every platform', () => {
    const forest = new RandomCutForest({ dimensions: 2, ...small, seed: 1 });
    let last = 0;
    for (let i = 0; i < 500; i++) last = forest.scoreAndUpdate([(i * i) % 97, (i * 7) % 31]);
    assert.equal(last, 1.0012865639182111);
  });

  it('does not change a score by asking for it', () => {
    const [asked, quiet] = [0, 1].map(() => new RandomCutForest({ dimensions: 1, ...small })) as [
      RandomCutForest,
      RandomCutForest,
    ];
    const random = noise(2);
    for (let i = 0; i < 200; i++) {
      const record = [random()];
      asked.score([random()]);
      asked.attribution([5], new Float64Array(2));
      asked.update(record);
      quiet.update(record);
    }
    assert.equal(asked.score([1]), quiet.score([1]));
  });

  it('scores the same wherever the data lie', () => {
    const run = (shift: number) => {
      const random = noise(3);
      const forest = new RandomCutForest({ dimensions: 1, ...small });
      // Steps of 1/1024 are exact in float64 at 1e8 too.
      return walk(forest, 300, () => [Math.round(random() * 1024) / 1024 + shift]);
    };
    assert.deepEqual(run(1e8), run(0));
    assert.deepEqual(run(-1e11), run(0));
  });

  it('tells values at 1e8 apart though one of the first records was 0', () => {
    const random = noise(4);
    const forest = new RandomCutForest({ dimensions: 1, ...small });
    forest.update([0]);
    walk(forest, 300, () => [1e8 + random()]);
    assert.ok(forest.score([1e8 + 20]) > 2 * forest.score([1e8]));
  });

  it('scores a constant stream low and evenly, and a change in it high', () => {
    const forest = new RandomCutForest({ dimensions: 3, ...small });
    for (const score of walk(forest, 300, () => [7, 7, 7]).slice(10)) assert.ok(Math.abs(score - 0.5) < 1e-9);
    assert.ok(Math.abs(forest.score([7, 7, 8]) - Math.log2(33)) < 1e-9);
    assertInvariants(forest);
  });

  it('ignores dimensions that never change', () => {
    const random = noise(5);
    const [wide, narrow] = [3, 1].map((dimensions) => new RandomCutForest({ dimensions, ...small })) as [
      RandomCutForest,
      RandomCutForest,
    ];
    for (let i = 0; i < 300; i++) {
      const x = random();
      assert.ok(Math.abs(wide.scoreAndUpdate([x, 5, -3]) - narrow.scoreAndUpdate([x])) < 1e-9);
    }
  });

  it('names dimension and direction of what stands out', () => {
    const random = noise(6);
    const forest = new RandomCutForest({ dimensions: 3, numberOfTrees: 50 });
    walk(forest, 600, () => [random(), random(), random()]);
    const parts = new Float64Array(6);
    const score = forest.attribution([0, -30, 0], parts);
    assert.ok(parts[3]! > 0.8 * score, `LOW of dimension 1 has ${parts[3]} of ${score}`);
    forest.attribution([30, 0, 0], parts);
    assert.ok(parts[0]! > 0.8 * forest.score([30, 0, 0]));
  });

  it('explains a point that it has learned by what sets it apart from the others', () => {
    const random = noise(7);
    const forest = new RandomCutForest({
      dimensions: 2,
      numberOfTrees: 50,
      subSampleSize: 64,
      timeDecay: 64000,
    });
    for (let i = 0; i < 63; i++) forest.update([random(), random()]);
    forest.update([50, 0]);
    const parts = new Float64Array(4);
    const score = forest.attribution([50, 0], parts);
    assert.ok(parts[0]! > 0.8 * score, `HIGH of dimension 0 has ${parts[0]} of ${score}`);
  });

  it('sees an unusual order of usual values in a shingle', () => {
    const random = noise(8);
    const forest = new RandomCutForest({ dimensions: 1, shingleSize: 8, numberOfTrees: 50 });
    let t = 0;
    const scores = walk(forest, 2000, () => [Math.sin((2 * Math.PI * t++) / 16) + 0.05 * random()]);
    const usual = scores.slice(1000).sort((a, b) => a - b)[990]!;
    const strange = Math.max(...walk(forest, 8, () => [Math.sin((2 * Math.PI * (t++ + 8)) / 16)]));
    assert.ok(strange > 1.5 * usual, `${strange} against ${usual}`);
  });

  it('serves the extremes of every option', () => {
    const extremes: (Partial<ForestOptions> & { dimensions: number })[] = [
      { dimensions: 1, numberOfTrees: 1000, subSampleSize: 1000 },
      { dimensions: 30, numberOfTrees: 10, subSampleSize: 10, shingleSize: 30 },
      { dimensions: 1, numberOfTrees: 1, subSampleSize: 2, timeDecay: 1 },
      { dimensions: 1, numberOfTrees: 2, subSampleSize: 8192, timeDecay: 2 ** 31 - 1 },
      { dimensions: 3, numberOfTrees: 2, subSampleSize: 64, shingleSize: 128, seed: 2 ** 32 - 1 },
    ];
    for (const each of extremes) {
      const random = noise(9);
      const forest = new RandomCutForest(each);
      walk(forest, 150, () => Array.from({ length: each.dimensions }, random));
      assertInvariants(forest);
      assert.ok(forest.score(new Array<number>(each.dimensions).fill(9)) > 0);
    }
  });

  it('refuses wrong options and records by name and goes on as it was', () => {
    assert.throws(
      () => new RandomCutForest({ dimensions: 0 }),
      /^RangeError: dimensions must be a whole number/,
    );
    assert.throws(
      () => new RandomCutForest({ dimensions: 1, numberOfTrees: 1001 }),
      /numberOfTrees .* got 1001/,
    );
    assert.throws(() => new RandomCutForest({ dimensions: 1, timeDecay: NaN }), /timeDecay .* got NaN/);
    assert.throws(
      () => new RandomCutForest({ dimensions: 1000, shingleSize: 66 }),
      /dimensions times shingleSize must be at most 65536, got 66000/,
    );
    const forest = new RandomCutForest({ dimensions: 2, ...small });
    const random = noise(10);
    walk(forest, 50, () => [random(), random()]);
    const before = forest.snapshot();
    assert.throws(() => forest.update([1, NaN]), /value 1 must be a finite number, got NaN/);
    assert.throws(
      () => forest.scoreAndUpdate([Infinity, 1]),
      /value 0 must be a finite number, got Infinity/,
    );
    assert.throws(() => forest.score([1]), /a record must have 2 values, got 1/);
    assert.throws(() => forest.attribution([1, 2], new Float64Array(3)), /out must have 4 places, got 3/);
    assert.deepEqual(forest.snapshot(), before);
  });

  it('refuses a snapshot that is none, of another version, cut off or damaged', () => {
    const snapshot = new RandomCutForest({ dimensions: 1, ...small }).snapshot();
    const changed = (word: number, to: number) => {
      const copy = snapshot.slice(0);
      new Uint32Array(copy)[word] = to;
      return copy;
    };
    assert.throws(() => RandomCutForest.from(new ArrayBuffer(3)), /at least 64 bytes, in fours, got 3/);
    assert.throws(() => RandomCutForest.from(changed(0, 0)), /must begin with 52434631, got 0/);
    assert.throws(() => RandomCutForest.from(changed(1, 99)), /must be of version 1 or 2 or 3 or 4, got 99/);
    assert.throws(() => RandomCutForest.from(snapshot.slice(0, -8)), /must have \d+ bytes, got \d+/);
    assert.throws(() => RandomCutForest.from(changed(200, 7)), /checksum is wrong/);
  });

  it('never takes more memory than is documented, when no two trees share a point', () => {
    const most = (options: Partial<ForestOptions>) => {
      const complete = completeOptions({ dimensions: 1, ...options });
      return byteLength(complete, maxRows(complete));
    };
    assert.ok(most({}) <= 1.2e6);
    assert.ok(most({ subSampleSize: 12 }) <= 60e3);
    assert.ok(most({ numberOfTrees: 20, subSampleSize: 128 }) <= 125e3);
    assert.ok(most({ numberOfTrees: 50, shingleSize: 8 }) <= 1.5e6);

    const options = { dimensions: 1, numberOfTrees: 30, subSampleSize: 40, timeDecay: 20_000 };
    const [single, batched] = [0, 1].map(() => new RandomCutForest(options)) as [
      RandomCutForest,
      RandomCutForest,
    ];
    const random = noise(11);
    const records = Float64Array.from({ length: 60_000 }, random);
    for (const record of records) single.update([record]);
    batched.scoreAndUpdateAll(records, new Float64Array(records.length));
    const limit = most(options);
    for (const { byteLength } of [single, batched]) {
      assert.ok(byteLength > 0.97 * limit && byteLength <= limit, `${byteLength} of ${limit}`);
    }
    assertInvariants(batched);
  });
});
