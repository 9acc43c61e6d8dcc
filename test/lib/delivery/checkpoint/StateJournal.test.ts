import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { StateJournal } from '../../../../lib/delivery/checkpoint/StateJournal';
import type { NodeChanges } from '../../../../lib/delivery/checkpoint/StateTable';
import { append, checkpoint, contentOf, put, tableOf, textOf } from './changes';

describe('state journal', () => {
  let root: string;
  let folder: string;
  beforeEach(() => {
    root = mkdtempSync(path.join(os.tmpdir(), 'journal-'));
    folder = path.join(root, 'below', 'it');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  /** Appends checkpoints one after the other and closes the journal. */
  async function keep(...checkpoints: NodeChanges[][]): Promise<void> {
    const journal = StateJournal.open(folder);
    for (const each of checkpoints) await journal.append(each);
    await journal.close();
  }

  /** One that is too long for a journal to go on without beginning anew. */
  const long = (text: string) => put(text.padEnd(5 * 1024 * 1024, '.'));

  it('has no state, and makes no folder, until something is appended', async () => {
    const journal = StateJournal.open(folder);
    assert.deepEqual([...journal.table.entries()], []);
    await journal.close();
    assert.deepEqual(readdirSync(root), []);
  });

  it('gives back after any number of restarts what was appended', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ nodes: checkpoint, restart: fc.boolean() }), { maxLength: 8 }),
        async (steps) => {
          rmSync(folder, { recursive: true, force: true });
          let journal = StateJournal.open(folder);
          for (const { nodes, restart } of steps) {
            await journal.append(nodes);
            if (!restart) continue;
            await journal.close();
            journal = StateJournal.open(folder);
          }
          const expected = contentOf(tableOf(steps.map(({ nodes }) => nodes)));
          assert.deepEqual(contentOf(journal.table), expected);
          await journal.close();
          assert.deepEqual(contentOf(StateJournal.open(folder).table), expected);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('goes on after it was closed', async () => {
    const journal = StateJournal.open(folder);
    await journal.append(put('a'));
    await journal.close();
    await journal.append(append('b'));
    await journal.close();
    assert.equal(textOf(StateJournal.open(folder).table), 'ab');
  });

  it('keeps its files from other users', async () => {
    await keep(put('a'));
    if (process.platform !== 'win32') {
      assert.equal(statSync(path.join(folder, readdirSync(folder)[0]!)).mode & 0o077, 0);
    }
  });

  const journals = () => readdirSync(folder).filter((name) => name.startsWith('journal-'));

  it('begins anew with the state alone when it has grown too long, and leaves one file', async () => {
    const journal = StateJournal.open(folder);
    await journal.append(long('old'));
    await journal.append(put('new'));
    await journal.append(append('er'));
    await journal.close();
    const [file, ...others] = journals();
    assert.deepEqual(others, []);
    assert.ok(journal.byteLength < 6 * 1024 * 1024);
    assert.equal(textOf(StateJournal.open(folder).table), 'newer');
    assert.match(file!, /^journal-\d{10}\.bin$/);
  });

  it('stays within bounds however often the state is put', async () => {
    const journal = StateJournal.open(folder);
    const bound = 4 * 1024 * 1024 + 4 * 1024 * 1024;
    for (let round = 0; round < 12; round++) {
      await journal.append(put(String(round).padEnd(1024 * 1024, '.')));
      assert.ok(journal.byteLength < bound, `${journal.byteLength} bytes`);
    }
    await journal.close();
    assert.match(textOf(StateJournal.open(folder).table)!, /^11\./);
  });

  it('goes on from the newer of two when a crash came before the older was removed', async () => {
    const journal = StateJournal.open(folder);
    await journal.append(put('old'));
    const [older] = readdirSync(folder);
    copyFileSync(path.join(folder, older!), path.join(root, older!));
    await journal.append(long('new'));
    await journal.append(append('er'));
    await journal.close();
    copyFileSync(path.join(root, older!), path.join(folder, older!));
    assert.equal(journals().length, 2);
    const again = StateJournal.open(folder);
    assert.match(textOf(again.table)!, /^new\.+er$/);
    assert.ok(!readdirSync(folder).includes(older!));
  });

  it('does not mind what a crash has left of a file that it was going to begin', async () => {
    await keep(put('old'));
    const [file] = readdirSync(folder);
    copyFileSync(path.join(folder, file!), path.join(folder, 'journal-0000000099.bin.tmp'));
    assert.equal(textOf(StateJournal.open(folder).table), 'old');
  });

  describe('blobs', () => {
    const blob = (name: string, part = 'a'): NodeChanges[] => [
      { node: 'n', type: 'window', version: 1, changes: [{ part, put: Buffer.from('model'), blob: name }] },
    ];
    const names = (journal: StateJournal) => [...journal.blobsOf('n')].sort();

    it('stay as long as some checkpoint of the file refers to them', async () => {
      const journal = StateJournal.open(folder);
      assert.deepEqual(await journal.append(blob('x')), []);
      assert.deepEqual(await journal.append(blob('y')), []);
      assert.deepEqual(names(journal), ['x', 'y']);
      assert.deepEqual(await journal.append(long('the last').map((each) => ({ ...each, node: 'other' }))), [
        { node: 'n', blob: 'x' },
      ]);
      assert.deepEqual(names(journal), ['y']);
      await journal.close();
    });

    it('are remembered over a restart, those too that only an earlier checkpoint refers to', async () => {
      await keep(blob('x'), blob('y'), put('none', 'b'));
      const journal = StateJournal.open(folder);
      assert.deepEqual(names(journal), ['x', 'y']);
      assert.deepEqual(await journal.append(long('the last').map((each) => ({ ...each, node: 'other' }))), [
        { node: 'n', blob: 'x' },
      ]);
      await journal.close();
    });
  });
});
