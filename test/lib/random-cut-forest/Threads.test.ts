import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { RandomCutForest, Threads, type Batch } from '../../../lib/random-cut-forest';
import { Board } from '../../../lib/random-cut-forest/Board';
import type { CompiledKernel } from '../../../lib/random-cut-forest/CompiledKernel';
import { startThread, type Notice, type StartThread } from '../../../lib/random-cut-forest/Crew';
import { ask } from '../../../lib/random-cut-forest/Kernel';
import { noise } from '../../helpers/noise';
import { assertInvariants } from './invariants';
import { stream, widthOf } from './streams';

const options = { dimensions: 3, numberOfTrees: 40, subSampleSize: 32, timeDecay: 100 };

function recordsOf(count: number, seed = 1): Float64Array {
  return Float64Array.from({ length: count * options.dimensions }, noise(seed));
}

/** What a forest says of records, in batches of a size. */
function answers(forest: RandomCutForest, records: Float64Array, size = 1000): [Float64Array, Float64Array] {
  const { dimensions } = forest.options;
  const width = 2 * widthOf(forest.options);
  const scores = new Float64Array(records.length / dimensions);
  const parts = new Float64Array(scores.length * width);
  for (let at = 0; at < scores.length; at += size) {
    const end = Math.min(at + size, scores.length);
    forest.attributionAndUpdateAll(
      records.subarray(at * dimensions, end * dimensions),
      scores.subarray(at, end),
      parts.subarray(at * width, end * width),
    );
  }
  return [scores, parts];
}

function expected(records: Float64Array): [Float64Array, Float64Array] {
  return answers(new RandomCutForest(options, 'plain'), records);
}

/** Has all batches shared, however small. */
function eager(count: number, start?: StartThread, patience?: number): Threads {
  return new Threads(count, start, 1, patience);
}

describe('threads that share the trees of a forest', () => {
  const all = [1, 2, 3, 4].map((count) => eager(count));
  after(() => Promise.all(all.map((threads) => threads.close())));

  it('come to the same bits as one, as a single kernel, and as the plain one', () => {
    fc.assert(
      fc.property(stream, fc.integer({ min: 1, max: 400 }), ({ options, records }, size) => {
        const plain = new RandomCutForest(options, 'plain');
        const compiled = new RandomCutForest(options);
        const those = answers(plain, records, size);
        assert.deepEqual(answers(compiled, records, size), those);
        for (const threads of all) {
          const forest = new RandomCutForest(options, threads);
          assert.deepEqual(answers(forest, records, size), those);
          assert.deepEqual(forest.snapshot(), compiled.snapshot());
          assertInvariants(forest);
          forest.free();
        }
        const again = RandomCutForest.from(compiled.snapshot(), all[1]);
        assert.deepEqual(answers(again, records, size), answers(plain, records, size));
        again.free();
      }),
      { numRuns: 120, seed: 4 },
    );
  });

  it('do the jobs that the calling one does not', () => {
    let words: Board['words'] | undefined;
    const threads = eager(2, (begin) => startThread({ ...begin, words: (words = begin.words) }));
    const forest = new RandomCutForest(options, threads);
    const alone = new RandomCutForest(options);
    for (const each of [forest, alone]) answers(each, recordsOf(100));
    const { slab } = (forest as unknown as { intake: { kernel: CompiledKernel } }).intake.kernel;
    const { state } = forest as unknown as { state: { block: { byteOffset: number } } };
    const board = new Board(words);
    const job = { slab: slab.number, state: state.block.byteOffset, what: ask.score, group: -1, from: 0 };
    // The latest points are still in the workspace.
    board.put(0, { ...job, ...slab.desk, to: 1 });
    board.openUp(1, 2);
    assert.ok(board.join(20), 'another thread has finished it');
    assert.notDeepEqual(forest.snapshot(), alone.snapshot());
    return threads.close();
  });

  it('are left alone for what is done before they wake', () => {
    const threads = new Threads(2, () => assert.fail('none is started'));
    const records = recordsOf(200);
    assert.deepEqual(answers(new RandomCutForest(options, threads), records), expected(records));
  });

  it('are told of memory once, which later forests take over', () => {
    const notices: Notice[] = [];
    const threads = eager(2, () => silent(notices));
    for (let i = 0; i < 3; i++) {
      const forest = new RandomCutForest({ ...options, numberOfTrees: 1000, subSampleSize: 600 }, threads);
      assert.ok(forest.byteLength > 16 * 2 ** 20, 'it has a memory of its own');
      answers(forest, recordsOf(700));
      forest.free();
    }
    assert.equal(notices.length, 1);
    const [old, young] = [threads.memory, eager(2).memory];
    assert.ok(old && old === young, 'threads that come after them, too');
  });

  it('are 1 to 64', () => {
    for (const count of [0, 65, 1.5, NaN]) {
      assert.throws(() => new Threads(count), /threads must be a whole number from 1 to 64/);
    }
  });
});

describe('threads that share many forests', () => {
  const threads = eager(3);
  const others = eager(2);
  after(() => Promise.all([threads.close(), others.close()]));
  const kernels = [threads, threads, threads, others, 'compiled', 'plain'] as const;

  it('do with each what it would do alone, several times', () => {
    const forestStream = fc.tuple(stream, fc.nat(kernels.length - 1), fc.boolean());
    fc.assert(
      fc.property(fc.array(forestStream, { minLength: 1, maxLength: 12 }), (streams) => {
        const forests = streams.map(([{ options }, which]) => new RandomCutForest(options, kernels[which]));
        const alone = streams.map(([{ options }]) => new RandomCutForest(options, 'plain'));
        for (let times = 0; times < 2; times++) {
          const batches = streams.map(([{ options, records }, , explained], i): Batch => {
            const scores = new Float64Array(records.length / options.dimensions);
            const parts = new Float64Array(2 * widthOf(options) * scores.length);
            return { forest: forests[i]!, records, scores, ...(explained ? { parts } : {}) };
          });
          RandomCutForest.scoreAndUpdateMany(batches);
          for (const [i, { records, scores, parts }] of batches.entries()) {
            const those = answers(alone[i]!, records);
            assert.deepEqual(scores, those[0]);
            if (parts) assert.deepEqual(parts, those[1]);
          }
        }
        for (const forest of forests) {
          assertInvariants(forest);
          forest.free();
        }
      }),
      { numRuns: 60, seed: 5 },
    );
  });

  it('have more of them than there is room for at a time', () => {
    const tiny = { dimensions: 1, numberOfTrees: 2, subSampleSize: 4, timeDecay: 10 };
    const count = 5000;
    const batches = Array.from({ length: count }, (_, i) => ({
      forest: new RandomCutForest({ ...tiny, seed: i }, threads),
      records: Float64Array.from({ length: 8 }, noise(i)),
      scores: new Float64Array(8),
    }));
    RandomCutForest.scoreAndUpdateMany(batches);
    for (const [i, { forest, records, scores }] of batches.entries()) {
      const alone = new RandomCutForest({ ...tiny, seed: i });
      const those = new Float64Array(8);
      alone.scoreAndUpdateAll(records, those);
      assert.deepEqual(scores, those);
      alone.free();
      forest.free();
    }
  });

  it('leave all as they were when one of the batches is wrong', () => {
    const [first, second] = [new RandomCutForest(options, threads), new RandomCutForest(options, threads)];
    const good = { forest: first, records: recordsOf(2), scores: new Float64Array(2) };
    const refuses = (batches: Batch[], error: RegExp) => {
      assert.throws(() => RandomCutForest.scoreAndUpdateMany(batches), error);
      assert.equal(first.seen + second.seen, 0);
    };
    const records = Float64Array.of(1, 2, NaN);
    refuses([good, { forest: second, records, scores: new Float64Array(1) }], /value 2 of record 0/);
    refuses([good, { ...good, forest: second, scores: new Float64Array(1) }], /scores must have 2/);
    refuses([good, { ...good, forest: second, parts: new Float64Array(1) }], /out must have 12/);
    refuses([good, good], /twice/);
  });
});

describe('a thread that fails', () => {
  const records = recordsOf(400);
  const warnings: string[] = [];
  const hear = (warning: Error) => void warnings.push(warning.message);
  before(() => process.on('warning', hear));
  after(() => process.off('warning', hear));
  beforeEach(() => void (warnings.length = 0));

  it('leaves its work to the others when it is killed, with one warning', async () => {
    const workers: Worker[] = [];
    const threads = eager(3, (begin) => {
      workers.push(startThread(begin));
      return workers.at(-1)!;
    });
    const forest = new RandomCutForest(options, threads);
    const first = answers(forest, records);
    await Promise.all(workers.map((worker) => worker.terminate()));
    const second = answers(forest, records);
    const plain = new RandomCutForest(options, 'plain');
    assert.deepEqual([first, second], [answers(plain, records), answers(plain, records)]);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]!, /thread of the random cut forest is not at work/);
  });

  it('is done without when it cannot be started', async () => {
    const threads = eager(2, () => {
      throw new Error('no threads here');
    });
    assert.deepEqual(answers(new RandomCutForest(options, threads), records), expected(records));
    await once(process, 'warning');
    assert.match(warnings.join(), /no threads here/);
  });

  it('is done without when its program is broken', async () => {
    const broken = new Worker('throw new Error("broken")', { eval: true });
    const threads = eager(2, () => broken);
    const forest = new RandomCutForest(options, threads);
    assert.deepEqual(answers(forest, records), expected(records));
    await new Promise((resolve) => broken.once('exit', resolve));
    assert.match(warnings.join(), /broken/);
    assert.ok(threads.crewFor(1e9) === undefined, 'it calculates alone');
  });

  it('is not waited for when it never comes', () => {
    const threads = eager(2, () => silent([]));
    assert.deepEqual(answers(new RandomCutForest(options, threads), records), expected(records));
  });

  it('breaks the batch off when it is lost in the midst of a job, and nothing after it', async () => {
    // Takes a job, as lib/random-cut-forest/Board.ts has it, and never finishes it.
    const steal = `const { words } = require('node:worker_threads').workerData;
      for (let seen = 0; ; seen = Atomics.load(words, 0)) {
        if (seen & 0xffff && Atomics.compareExchange(words, 0, seen, seen - 1) === seen) break;
      }
      Atomics.wait(words, 15, 0);`;
    const threads = eager(2, (workerData) => new Worker(steal, { eval: true, workerData }), 1);
    const forest = new RandomCutForest(options, threads);
    assert.throws(() => {
      for (let i = 0; i < 10_000; i++) answers(forest, records);
    }, /broken off/);
    assert.throws(() => forest.score([1, 2, 3]), /freed/);
    assert.deepEqual(answers(new RandomCutForest(options, threads), records), expected(records));
    await threads.close();
  });

  it('is not missed once all are closed', async () => {
    const threads = eager(2);
    const forest = new RandomCutForest(options, threads);
    const first = answers(forest, records);
    await threads.close();
    const plain = new RandomCutForest(options, 'plain');
    assert.deepEqual([first, answers(forest, records)], [answers(plain, records), answers(plain, records)]);
    assert.deepEqual(warnings, []);
  });
});

/** A thread that does nothing but remember what it is told. */
function silent(notices: Notice[]): Worker {
  return Object.assign(new EventEmitter(), {
    postMessage: (notice: Notice) => notices.push(notice),
    unref: () => undefined,
    terminate: () => Promise.resolve(0),
  }) as unknown as Worker;
}
