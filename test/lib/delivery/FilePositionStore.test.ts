import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { FilePositionStore } from '../../../lib/delivery/FilePositionStore';
import { PositionKeeper } from '../../../lib/delivery/PositionKeeper';
import { PositionsError, type StreamPositions } from '../../../lib/delivery/positions';

describe('FilePositionStore', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'positions-'));
    file = path.join(folder, 'below', 'node.json');
  });
  afterEach(() => rm(folder, { recursive: true }));

  const store = (application = 'app', stream = 'stream') =>
    new FilePositionStore(file, { application, stream });
  const saved: StreamPositions = {
    createdAt: 1_900_000_000_000,
    shards: {
      a: { at: 'trim-horizon' },
      b: { at: 'timestamp', time: 5 },
      c: { at: 'after', sequenceNumber: '49590338271490256608559692538361571095921575989136588898' },
      d: { at: 'after', sequenceNumber: '7', subSequenceNumber: 0 },
      e: { at: 'end' },
    },
  };

  it('gives back what was saved, and nothing where nothing ever was', async () => {
    assert.equal(await store().load(), undefined);
    await store().save(saved);
    const { createdAt, shards } = (await store().load())!;
    assert.deepEqual({ createdAt, shards }, saved);
    assert.deepEqual(await readdir(path.dirname(file)), ['node.json']);
  });

  it('keeps the positions of other applications and streams, a bounded number of them', async () => {
    await store('first').save(saved);
    const second = store('second', 'other');
    await second.load();
    await second.save({ createdAt: 1, shards: {} });
    assert.deepEqual((await store('first').load())!.shards, saved.shards);
    for (let index = 0; index < 30; index++) {
      const next = store(`app ${index}`);
      await next.load();
      await next.save(saved);
    }
    assert.equal(await store('first').load(), undefined);
    assert.ok(await store('app 29').load());
    assert.equal((JSON.parse(await readFile(file, 'utf8')) as { entries: object[] }).entries.length, 16);
  });

  const damage: [string, (text: string) => string, RegExp][] = [
    ['a changed digit', (text) => text.replace('"time":5', '"time":6'), /damaged: the checksum/],
    ['a lost half', (text) => text.slice(0, text.length / 2), /damaged: this is no positions file/],
    ['nothing in it', () => '', /damaged/],
    ['binary garbage', () => '\u0000\ufffd\u0001', /damaged/],
    ['another JSON', () => '[1]', /damaged/],
    ['no entries', (text) => text.replace(/"entries":.*/, '"x":1}'), /damaged/],
    ['a newer version', (text) => text.replace('"version":1', '"version":2'), /version 1, got 2: a newer/],
  ];
  for (const [what, change, expected] of damage) {
    it(`refuses a file with ${what}, and says what to do`, async () => {
      await store().save(saved);
      await writeFile(file, change(await readFile(file, 'utf8')));
      await assert.rejects(store().load(), (error: Error) => {
        assert.ok(error instanceof PositionsError);
        assert.match(error.message, expected);
        assert.match(error.message, /Restore the file, or delete it/);
        return true;
      });
    });
  }

  it('refuses what it cannot read instead of starting anew', async () => {
    await mkdir(file, { recursive: true });
    await assert.rejects(store().load(), /EISDIR/);
  });
});

describe('PositionKeeper', () => {
  const positions: StreamPositions = { createdAt: 1, shards: { old: { at: 'end' }, kept: { at: 'end' } } };

  it('saves what changed, one save after the other, and not when nothing did', async () => {
    const saves: StreamPositions[] = [];
    let running = 0;
    const keeper = new PositionKeeper(
      {
        load: () => Promise.resolve(undefined),
        save: async (each) => {
          assert.equal(++running, 1);
          await new Promise((resolve) => setImmediate(resolve));
          running--;
          saves.push(each);
        },
      },
      positions,
      () => undefined,
    );
    keeper.set('kept', { at: 'after', sequenceNumber: '1' });
    keeper.prune(new Set(['kept']));
    await Promise.all([keeper.flush(), keeper.flush()]);
    assert.deepEqual(saves, [{ createdAt: 1, shards: { kept: { at: 'after', sequenceNumber: '1' } } }]);
    await keeper.stop();
    assert.equal(saves.length, 1);
  });

  it('tries again what could not be saved, and tells both', async () => {
    const told: unknown[] = [];
    let full = true;
    const saves: StreamPositions[] = [];
    const keeper = new PositionKeeper(
      {
        load: () => Promise.resolve(undefined),
        save: (each) => {
          if (full) return Promise.reject(new Error('disk full'));
          saves.push(each);
          return Promise.resolve();
        },
      },
      positions,
      (error) => told.push(error instanceof Error ? error.message : error),
    );
    keeper.set('a', { at: 'trim-horizon' });
    await keeper.flush();
    full = false;
    await keeper.flush();
    assert.deepEqual(told, ['disk full', undefined]);
    assert.deepEqual(saves[0]!.shards.a, { at: 'trim-horizon' });
  });
});
