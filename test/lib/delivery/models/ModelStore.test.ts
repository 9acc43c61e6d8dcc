import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { BlobFolder } from '../../../../lib/delivery/checkpoint/BlobFolder';
import type { Keeping } from '../../../../lib/delivery/checkpoint/Keeping';
import { ModelFiles } from '../../../../lib/delivery/models/ModelFiles';
import { ModelStore, type ModelKind } from '../../../../lib/delivery/models/ModelStore';
import { KeptParts } from '../../../helpers/KeptParts';

/** Remembers a sum whose value depends on the order of the lessons. */
interface Chain {
  value: number;
  freed: boolean;
}

const kind: ModelKind<Chain> = {
  width: 2,
  create: () => ({ value: 1, freed: false }),
  open: (saved) => ({ value: Number(Buffer.from(saved).toString()), freed: false }),
  save: ({ value }) => Buffer.from(String(value)),
  learn(chain, lessons) {
    for (let at = 0; at < lessons.length; at += 2) advance(chain, lessons[at]!, lessons[at + 1]!);
  },
  byteLength: () => 100,
  free: (chain) => void (chain.freed = true),
};

function advance(chain: Chain, a: number, b: number): void {
  assert.equal(chain.freed, false);
  chain.value = (chain.value * 31 + a * 7 + b) % 1_000_003;
}

describe('a store of models', () => {
  let folder: string;
  let blobs: BlobFolder;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'models-'));
    blobs = new BlobFolder(path.join(folder, 'blobs'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const open = (budget = 250, notWritten?: (error: unknown) => void) =>
    new ModelStore(kind, new ModelFiles(blobs), budget, notWritten);
  const keeping = (store: ModelStore<Chain>): Keeping => ({
    version: 1,
    blobs,
    changes: () => store.changes(),
    restore: (parts) => store.restore(parts),
  });
  function learn(store: ModelStore<Chain>, key: string, a: number, b: number): void {
    if (!store.has(key)) store.add(key);
    advance(store.use(key), a, b);
    store.learned(key, [a, b]);
  }

  it('keeps as many in memory as there is room for; the others come back as they went', () => {
    const [tight, roomy] = [open(), open(1e9)];
    for (let n = 0; n < 50; n++) for (const store of [tight, roomy]) learn(store, `k${n % 5}`, n, n * n);
    assert.deepEqual([tight.size, tight.liveSize, tight.byteLength], [5, 2, 200]);
    assert.deepEqual([tight.isLive('k4'), tight.isLive('k0')], [true, false]);
    for (let n = 0; n < 5; n++) assert.equal(tight.use(`k${n}`).value, roomy.use(`k${n}`).value);
  });

  it('goes on bit by bit after any stop, whatever was in memory, in files, or in checkpoints only', () => {
    const step = fc.oneof(
      { weight: 9, arbitrary: fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.nat(99), fc.nat(99)) },
      { weight: 2, arbitrary: fc.constantFrom('checkpoint', 'restart') },
      { weight: 1, arbitrary: fc.constant('forget') },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        blobs.clear();
        const kept = new KeptParts();
        const expected = new Map<string, Chain>();
        let store = open();
        for (const each of steps) {
          if (each === 'checkpoint') kept.take(keeping(store));
          else if (each === 'restart') {
            kept.take(keeping(store));
            store.close();
            store = open();
            store.restore(kept.parts);
          } else if (each === 'forget') {
            store.forget('a');
            expected.delete('a');
          } else {
            const [key, a, b] = each as [string, number, number];
            learn(store, key, a, b);
            const chain = expected.get(key) ?? kind.create();
            expected.set(key, chain);
            advance(chain, a, b);
          }
        }
        for (const [key, { value }] of expected) assert.equal(store.use(key).value, value);
        assert.equal(store.size, expected.size);
        store.close();
      }),
      { numRuns: 200 },
    );
  });

  it('tells a checkpoint the numbers of what was learned, and now and then a file that replaces them', () => {
    const store = open();
    const kept = new KeptParts();
    learn(store, 'a', 1, 2);
    kept.take(keeping(store));
    learn(store, 'a', 3, 4);
    const [append] = kept.take(keeping(store));
    assert.ok(append && 'append' in append);
    assert.equal(append.append.length, 16);
    assert.deepEqual(kept.files, []);
    for (let n = 0; n < 200; n++) learn(store, 'a', n, n);
    kept.take(keeping(store));
    assert.equal(kept.files.length, 1);
    assert.ok(kept.parts.get('model a')!.base!.length < 200);
  });

  it('removes what it has forgotten from the checkpoints', () => {
    const store = open();
    const kept = new KeptParts();
    learn(store, 'a', 1, 2);
    learn(store, 'b', 1, 2);
    kept.take(keeping(store));
    store.forget('a');
    kept.take(keeping(store));
    assert.deepEqual([...kept.parts.keys()], ['model b']);
    store.forget();
    kept.take(keeping(store));
    assert.equal(kept.parts.size, 0);
  });

  it('says which model cannot come back, why, and what to do; the others go on', () => {
    const store = open(100);
    learn(store, 'a', 1, 2);
    learn(store, 'b', 1, 2);
    for (const name of blobs.names()) rmSync(blobs.fileOf(name));
    assert.throws(
      () => store.use('a'),
      /the saved model of series "a" cannot be used: it is gone.*with this topic and reset/,
    );
    assert.equal(store.use('b').value, 31 + 9);
  });

  it('keeps numbers instead of files where none can be written, and says so once', () => {
    writeFileSync(path.join(folder, 'blobs'), 'no folder');
    const errors: unknown[] = [];
    const store = open(1e9, (error) => void errors.push(error));
    const kept = new KeptParts();
    const node = { ...keeping(store), blobs: new BlobFolder(path.join(folder, 'none')) };
    for (let n = 0; n < 500; n++) {
      learn(store, 'a', n, n);
      if (n % 50 === 0) kept.take(node);
    }
    kept.take(node);
    assert.equal(errors.length, 1);
    const again = open(1e9);
    again.restore(kept.parts);
    assert.equal(again.use('a').value, store.use('a').value);
  });

  it('refuses parts that describe no model', () => {
    const parts = new Map([['model a', { base: Buffer.from('{}\n'), appended: [] }]]);
    assert.throws(() => open().restore(parts), /what was saved as "model a" does not describe a model/);
  });
});
