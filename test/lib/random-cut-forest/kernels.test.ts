import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { RandomCutForest } from '../../../lib/random-cut-forest';
import { ForestState } from '../../../lib/random-cut-forest/ForestState';
import type { Memory } from '../../../lib/random-cut-forest/Memory';
import { completeOptions } from '../../../lib/random-cut-forest/options';
import { SlabMemory } from '../../../lib/random-cut-forest/SlabMemory';
import { noise } from '../../helpers/noise';
import { assertInvariants } from './invariants';
import { options, stream, widthOf } from './streams';

const root = path.join(__dirname, '..', '..', '..');

describe('the compiled kernel', () => {
  it('gives the bits of the plain one, score by score and part by part', () => {
    fc.assert(
      fc.property(stream, ({ options, records }) => {
        const compiled = new RandomCutForest(options, 'compiled');
        const plain = new RandomCutForest(options, 'plain');
        const [parts, expected] = [0, 1].map(() => new Float64Array(2 * widthOf(options))) as [
          Float64Array,
          Float64Array,
        ];
        for (let i = 0; i < records.length; i += options.dimensions) {
          const record = records.subarray(i, i + options.dimensions);
          assert.equal(compiled.score(record), plain.score(record));
          assert.equal(
            compiled.attributionAndUpdate(record, parts),
            plain.attributionAndUpdate(record, expected),
          );
          assert.deepEqual(parts, expected);
        }
        assert.deepEqual(compiled.snapshot(), plain.snapshot());
        assertInvariants(compiled);
      }),
      { numRuns: 150, seed: 1 },
    );
  });

  for (const kernel of ['compiled', 'plain'] as const) {
    it(`gives the same scores and parts in batches as one by one: ${kernel}`, () => {
      fc.assert(
        fc.property(stream, fc.integer({ min: 1, max: 400 }), ({ options, records }, size) => {
          const width = widthOf(options);
          const [single, batched, explained] = [0, 1, 2].map(() => new RandomCutForest(options, kernel)) as [
            RandomCutForest,
            RandomCutForest,
            RandomCutForest,
          ];
          for (let i = 0; i < records.length; i += size * options.dimensions) {
            const batch = records.subarray(i, i + size * options.dimensions);
            const count = batch.length / options.dimensions;
            const [scores, again, expected] = [0, 1, 2].map(() => new Float64Array(count)) as [
              Float64Array,
              Float64Array,
              Float64Array,
            ];
            const parts = new Float64Array(count * 2 * width);
            const expectedParts = parts.slice();
            for (let j = 0; j < count; j++) {
              expected[j] = single.attributionAndUpdate(
                batch.subarray(j * options.dimensions, (j + 1) * options.dimensions),
                expectedParts.subarray(j * 2 * width, (j + 1) * 2 * width),
              );
            }
            batched.scoreAndUpdateAll(batch, scores);
            explained.attributionAndUpdateAll(batch, again, parts);
            assert.deepEqual(scores, expected);
            assert.deepEqual(again, expected);
            assert.deepEqual(parts, expectedParts);
          }
          assertInvariants(batched);
          assertInvariants(explained);
        }),
        { numRuns: 120, seed: 2 },
      );
    });
  }

  it('stays the twin of the plain one while the point store grows and points go again', () => {
    const options = { dimensions: 3, numberOfTrees: 30, subSampleSize: 64, timeDecay: 640 };
    const compiled = new RandomCutForest(options, 'compiled');
    const plain = new RandomCutForest(options, 'plain');
    const random = noise(1);
    const scores = new Float64Array(100);
    for (let i = 0; i < 30; i++) {
      const records = Float64Array.from({ length: 300 }, random);
      compiled.scoreAndUpdateAll(records, scores);
      for (let j = 0; j < 100; j++) {
        assert.equal(scores[j], plain.scoreAndUpdate(records.subarray(3 * j, 3 * j + 3)));
      }
    }
    assertInvariants(compiled);
    const other = RandomCutForest.from(compiled.snapshot(), 'plain');
    assert.equal(other.scoreAndUpdate([1, 2, 3]), compiled.scoreAndUpdate([1, 2, 3]));
  });

  it('stays the twin of the plain one where rows have numbers of more than 16 bits', () => {
    const options = { dimensions: 2, numberOfTrees: 260, subSampleSize: 256 };
    const run = (kernel: 'compiled' | 'plain', taken: number) => {
      const forest = new RandomCutForest(options, kernel);
      const { state } = forest as unknown as { state: ForestState };
      state.reserveRows(taken);
      for (let i = 0; i < taken; i++) state.takeRow();
      const random = noise(4);
      return Array.from({ length: 80 }, () => forest.scoreAndUpdate([random(), random()]));
    };
    const expected = run('plain', 0);
    assert.deepEqual(run('plain', 65_600), expected);
    assert.deepEqual(run('compiled', 65_600), expected);
  });

  it('is what its source compiles to', async () => {
    await promisify(execFile)(process.execPath, [path.join(root, 'scripts', 'kernel.mjs'), '--check']);
  });
});

describe('many forests in one memory', () => {
  it('do not touch each other, whichever come and go', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(options, fc.nat(), fc.nat(20)), { minLength: 2, maxLength: 20 }),
        (steps) => {
          const pairs: { compiled: RandomCutForest; plain: RandomCutForest; dimensions: number }[] = [];
          const random = noise(steps.length);
          for (const [options, which, records] of steps) {
            pairs.push({
              compiled: new RandomCutForest(options, 'compiled'),
              plain: new RandomCutForest(options, 'plain'),
              dimensions: options.dimensions,
            });
            for (const { compiled, plain, dimensions } of pairs) {
              for (let i = 0; i < records; i++) {
                const record = Array.from({ length: dimensions }, random);
                assert.equal(compiled.scoreAndUpdate(record), plain.scoreAndUpdate(record));
              }
            }
            if (which % 3 === 0) pairs.splice(which % pairs.length, 1)[0]!.compiled.free();
          }
          for (const { compiled } of pairs) assertInvariants(compiled);
        },
      ),
      { numRuns: 30, seed: 3 },
    );
  });

  it('give their own answers when they grow into a place where others have calculated', () => {
    const used: Memory = {
      allocate: (byteLength, stride) => {
        const block = SlabMemory.open()!.allocate(byteLength, stride);
        block.slab.scores.fill(7);
        block.slab.parts.fill(7);
        return block;
      },
    };
    // So few rows to begin with that the first records are too many for them.
    const options = completeOptions({ dimensions: 2, numberOfTrees: 20, subSampleSize: 2 });
    const records = Float64Array.from({ length: 2 * 20 }, noise(6));
    const answers = (forest: RandomCutForest, batched: boolean) => {
      const [scores, parts] = [new Float64Array(20), new Float64Array(4 * 20)];
      if (batched) forest.attributionAndUpdateAll(records, scores, parts);
      else {
        for (let i = 0; i < 20; i++) {
          const record = records.subarray(2 * i, 2 * i + 2);
          scores[i] = forest.attributionAndUpdate(record, parts.subarray(4 * i, 4 * i + 4));
        }
      }
      return [scores, parts];
    };
    const expected = answers(new RandomCutForest(options, 'plain'), false);
    for (const batched of [false, true]) {
      const forest = new RandomCutForest(options, 'compiled', ForestState.create(options, used));
      assert.deepEqual(answers(forest, batched), expected);
    }
  });

  it('are of no use once they are freed', () => {
    const forest = new RandomCutForest({ dimensions: 1, numberOfTrees: 2, subSampleSize: 4 });
    forest.update([1]);
    forest.free();
    assert.throws(() => forest.score([1]), /freed/);
    assert.throws(() => forest.update([1]), /freed/);
    assert.throws(() => forest.snapshot(), /freed/);
  });
});
