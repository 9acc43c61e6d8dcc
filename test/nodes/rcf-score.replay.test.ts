/** A crash at any moment costs rcf-score nothing: what it does again comes out as it would have without the crash. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { BlobFolder } from '../../lib/delivery/checkpoint/BlobFolder';
import type { RecordInMessage } from '../../lib/records/messageProperty';
import { RcfScore } from '../../nodes/rcf-score/RcfScore';
import { settings } from '../../nodes/rcf-score/settings';
import { KeptParts } from '../helpers/KeptParts';
import { noise } from '../helpers/noise';

interface Records {
  readonly do: 'score' | 'train';
  readonly keys: readonly string[];
  readonly count: number;
  readonly seed: number;
  /** one by one, or as a batch */
  readonly isBatch: boolean;
}
type Step =
  | Records
  | { readonly do: 'reset'; readonly key: string | undefined }
  | { readonly do: 'checkpoint' }
  /** of the process, or of the flow only */
  | { readonly do: 'crash'; readonly isOfProcess: boolean };

const keys = ['a', 'b', 'c', 'd'];

function itemsOf({ keys, count, seed }: Records): RecordInMessage[] {
  const random = noise(seed);
  return Array.from({ length: count }, (_, i) => {
    const strange = i % 17 === 16 ? 50 : 0;
    const record: Record<string, unknown> = { x: random() + strange, y: 1000 * random() };
    if (i % 13 === 12) record.y = undefined;
    if (i % 29 === 28) record.x = 'text';
    return { msg: { topic: keys[i % keys.length]! }, record, index: i };
  });
}

/** What comes of a step, with errors as their text. */
function run(scorer: RcfScore, step: Step): unknown {
  if (step.do === 'reset') scorer.reset(step.key);
  if (step.do !== 'score' && step.do !== 'train') return undefined;
  const items = itemsOf(step);
  const batches = step.isBatch ? [items] : items.map((item) => [item]);
  return batches
    .flatMap((batch) => scorer[step.do](batch))
    .map((outcome) => (outcome instanceof Error ? outcome.message : outcome));
}

const someRecords = fc.record({
  do: fc.constantFrom('score' as const, 'train' as const),
  keys: fc.subarray(keys, { minLength: 1 }),
  count: fc.integer({ min: 1, max: 60 }),
  seed: fc.nat(1000),
  isBatch: fc.boolean(),
});
const manyRecords = fc.record({
  do: fc.constant('train' as const),
  keys: fc.constantFrom(['a'], ['b', 'c']),
  count: fc.integer({ min: 1500, max: 2500 }),
  seed: fc.nat(1000),
  isBatch: fc.constant(true),
});
const steps = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: someRecords },
    { weight: 1, arbitrary: manyRecords },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('reset' as const), key: fc.constantFrom(...keys, undefined) }),
    },
    { weight: 4, arbitrary: fc.constant({ do: 'checkpoint' as const }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('crash' as const), isOfProcess: fc.boolean() }) },
  ),
  { minLength: 5, maxLength: 25, size: 'max' },
);
const small = { numberOfTrees: 5, subSampleSize: 10, timeDecay: 100 };
/** About 0.3 MB, so that a megabyte holds three. */
const large = { numberOfTrees: 100, subSampleSize: 60, maxMemory: 1 };
const config = fc.record({
  size: fc.constantFrom(small, small, large),
  shingleSize: fc.constantFrom(1, 3),
  transform: fc.constantFrom('none', 'log1p'),
  missing: fc.constantFrom('error', 'skip'),
  expected: fc.constantFrom('none', 'anomalies', 'all'),
  explanation: fc.constantFrom('fields', 'lags'),
  withDirectionality: fc.boolean(),
  fields: fc.constantFrom([], ['x', 'y']),
  maxKeys: fc.constantFrom(2, 3, 100),
});

describe('rcf-score after a crash', () => {
  let root: string;
  beforeEach(() => (root = mkdtempSync(path.join(os.tmpdir(), 'rcf-replay-'))));
  afterEach(() => rmSync(root, { recursive: true }));

  it('goes on from its last checkpoint bit by bit, whatever its settings and whatever came', () => {
    let folders = 0;
    fc.assert(
      fc.property(config, steps, ({ size, ...rest }, steps) => {
        const parsed = settings.parse({ ...size, ...rest });
        const folder = path.join(root, String(folders++));
        const blobs = new BlobFolder(path.join(folder, 'disturbed'));
        const undisturbed = new RcfScore(
          { ...parsed, maxMemory: 100 },
          new BlobFolder(path.join(folder, 'undisturbed')),
        );
        const kept = new KeptParts();
        let disturbed = new RcfScore(parsed, blobs);
        const expected: unknown[] = [];
        let checkpoint = 0;
        for (const [index, step] of steps.entries()) {
          expected.push(run(undisturbed, step));
          if (step.do === 'checkpoint') {
            kept.take(disturbed);
            checkpoint = index + 1;
          }
          if (step.do === 'crash') {
            if (step.isOfProcess) {
              kept.collect(blobs);
              disturbed = new RcfScore(parsed, blobs);
            }
            disturbed.restore(kept.parts, disturbed.version);
            for (let again = checkpoint; again < index; again++) {
              assert.deepEqual(run(disturbed, steps[again]!), expected[again]);
            }
          } else assert.deepEqual(run(disturbed, step), expected[index]);
        }
        undisturbed.close();
        disturbed.close();
      }),
      { numRuns: 20 },
    );
  });
});
