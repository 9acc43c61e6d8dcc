import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { StateError, StateJournal } from '../../../../lib/delivery/checkpoint/StateJournal';
import type { NodeChanges } from '../../../../lib/delivery/checkpoint/StateTable';
import { append, put, textOf } from './changes';
import type { Attempt } from './fullDisk';

describe('state journal, when something goes wrong,', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'journal-faults-'));
  });
  afterEach(() => {
    chmodSync(folder, 0o700);
    rmSync(folder, { recursive: true });
  });

  const fileOf = () => path.join(folder, readdirSync(folder)[0]!);

  /** @returns the length of the file after each checkpoint */
  async function write(...checkpoints: NodeChanges[][]): Promise<number[]> {
    const journal = StateJournal.open(folder);
    const lengths: number[] = [];
    for (const each of checkpoints) {
      await journal.append(each);
      lengths.push(journal.byteLength);
    }
    await journal.close();
    return lengths;
  }

  /** How the state begins: nobody wants to see the whole of a long one when a test fails. */
  const begins = ({ table }: StateJournal) => textOf(table)?.slice(0, 9);

  /** What the error says, which must name the file and a way on. */
  function refusal(file = fileOf()): string {
    try {
      StateJournal.open(folder);
    } catch (error) {
      assert.ok(error instanceof StateError, String(error));
      assert.ok(error.message.includes(file), error.message);
      assert.match(error.message, /Restore the file, or delete the folder to start without state\.$/);
      return error.message;
    }
    return 'none';
  }

  it('is at the checkpoint before, and goes on, wherever a crash cut off the last one', async () => {
    const [, before, end] = await write(put('a'), append('b'), append('c'));
    const bytes = readFileSync(fileOf());
    assert.equal(bytes.length, end);
    for (let length = before!; length < end!; length++) {
      writeFileSync(fileOf(), bytes.subarray(0, length));
      assert.equal(textOf(StateJournal.open(folder).table), 'ab', `${length} bytes`);
      await write(append('d'));
      assert.equal(textOf(StateJournal.open(folder).table), 'abd', `${length} bytes`);
    }
  });

  it('is at the checkpoint before when the last one was never written', async () => {
    await write(put('a'), append('b'));
    writeFileSync(fileOf(), Buffer.alloc(512), { flag: 'a' });
    await write(append('c'));
    assert.equal(textOf(StateJournal.open(folder).table), 'abc');
  });

  it('refuses a file with a wrong byte anywhere before the last checkpoint', async () => {
    const [, before] = await write(put('a'), append('b'), append('c'));
    const bytes = readFileSync(fileOf());
    for (let at = 0; at < before!; at++) {
      const damaged = Buffer.from(bytes);
      damaged[at]! ^= 1;
      writeFileSync(fileOf(), damaged);
      assert.match(refusal(), /is damaged|must be of version/, `byte ${at}`);
    }
  });

  it('refuses a file whose beginning is missing, even if nothing follows', async () => {
    const [, begun] = [await write(put('a')), readFileSync(fileOf())];
    const title = begun.indexOf('\n') + 1;
    for (const length of [0, 1, title - 1, title, title + 1, title + 30]) {
      writeFileSync(fileOf(), begun.subarray(0, length));
      assert.match(refusal(), /is damaged/, `${length} bytes`);
    }
  });

  it('says so when another version wrote it', async () => {
    await write(put('a'));
    const text = readFileSync(fileOf(), 'latin1');
    writeFileSync(fileOf(), text.replace(/^streamcut-state 1/, 'streamcut-state 2'), 'latin1');
    assert.match(refusal(), /must be of version 1, got 2: another version of Streamcut wrote it/);
  });

  for (const [what, content] of [
    ['nothing', ''],
    ['a text', 'something else entirely\n'],
    ['zeros', Buffer.alloc(10_000)],
  ] as const) {
    it(`refuses a file that holds ${what}`, () => {
      writeFileSync(path.join(folder, 'journal-0000000001.bin'), content);
      assert.match(refusal(), /is damaged: it does not begin as a journal does/);
    });
  }

  it('refuses to begin without state where its file was, until the folder is gone as well', async () => {
    await write(put('a'));
    rmSync(fileOf());
    assert.match(refusal(folder), /is gone\. Restore the file, or delete the folder/);
    rmSync(folder, { recursive: true });
    assert.equal(textOf(StateJournal.open(folder).table), undefined);
    mkdirSync(folder);
  });

  it('begins without state where a crash left nothing but what it was going to begin', () => {
    writeFileSync(path.join(folder, 'journal-0000000001.bin.tmp'), 'half');
    assert.equal(textOf(StateJournal.open(folder).table), undefined);
  });

  it('refuses a folder in the place of its file', () => {
    const file = path.join(folder, 'journal-0000000001.bin');
    mkdirSync(file);
    assert.match(refusal(file), /cannot be read: EISDIR/);
  });

  it('refuses a file in the place of its folder', () => {
    const root = folder;
    folder = path.join(folder, 'state');
    writeFileSync(folder, '');
    assert.match(refusal(folder), /cannot be read: ENOTDIR/);
    folder = root;
  });

  it('appends once there can be a folder, and has lost nothing', async () => {
    const root = folder;
    folder = path.join(folder, 'state');
    const journal = StateJournal.open(folder);
    writeFileSync(folder, '');
    await assert.rejects(journal.append(put('a')), { code: 'EEXIST' });
    assert.equal(textOf(journal.table), undefined);
    rmSync(folder);
    await journal.append(put('b'));
    await journal.close();
    assert.equal(textOf(StateJournal.open(folder).table), 'b');
    folder = root;
  });

  for (const [when, isOpen] of [
    ['before it has added anything', false],
    ['while it adds', true],
  ] as const) {
    it(`has all its state in a new file when somebody has removed its own ${when}`, async () => {
      await write(put('a'));
      const journal = StateJournal.open(folder);
      if (isOpen) await journal.append(append('b'));
      rmSync(folder, { recursive: true });
      await journal.append(append('c'));
      assert.equal(textOf(StateJournal.open(folder).table), isOpen ? 'abc' : 'ac');
      await journal.append(append('d'));
      await journal.close();
      assert.equal(textOf(StateJournal.open(folder).table), isOpen ? 'abcd' : 'acd');
    });
  }

  it('says so, and has lost nothing, while there is a file in the place of the folder that it writes to', async () => {
    const journal = StateJournal.open(folder);
    await journal.append(put('a'));
    rmSync(folder, { recursive: true });
    writeFileSync(folder, '');
    await assert.rejects(journal.append(append('b')), { code: 'EEXIST' });
    rmSync(folder);
    await journal.append(append('c'));
    await journal.close();
    assert.equal(textOf(StateJournal.open(folder).table), 'ac');
  });

  describe('as a user who must not write,', () => {
    // The system asks nobody whether root may write; another user it does.
    const root = process.geteuid?.() === 0;
    const nobody = 65534;
    async function asUser(task: () => Promise<void>): Promise<void> {
      if (!root) return task();
      for (const each of [folder, ...readdirSync(folder).map((name) => path.join(folder, name))]) {
        chownSync(each, nobody, nobody);
      }
      process.seteuid!(nobody);
      try {
        await task();
      } finally {
        process.seteuid!(0);
      }
    }

    it('begins no file, and does once it may', async () => {
      const journal = StateJournal.open(folder);
      chmodSync(folder, 0o500);
      await asUser(() => assert.rejects(journal.append(put('a')), { code: 'EACCES' }));
      chmodSync(folder, 0o700);
      await asUser(() => journal.append(put('b')).then(() => undefined));
      await journal.close();
      assert.equal(textOf(StateJournal.open(folder).table), 'b');
    });

    it('keeps the checkpoint that makes it begin anew, in the file that it has', async () => {
      const journal = StateJournal.open(folder);
      await journal.append(put('a'));
      chmodSync(folder, 0o500);
      await asUser(() => journal.append(put('b'.repeat(5 * 1024 * 1024))).then(() => undefined));
      await asUser(() => journal.append(put('c')).then(() => undefined));
      await journal.close();
      assert.equal(begins(StateJournal.open(folder)), 'c');
    });

    it('does not go back to an earlier checkpoint when beginning anew fails at its very end', async () => {
      const journal = StateJournal.open(folder);
      await journal.append(put('a'));
      // A folder that cannot be read takes a new file, but cannot be opened to be synced.
      chmodSync(folder, 0o300);
      await asUser(() => journal.append(put('b'.repeat(5 * 1024 * 1024))).then(() => undefined));
      chmodSync(folder, 0o500);
      await asUser(() => journal.append(put('c')).then(() => undefined));
      await journal.close();
      assert.equal(begins(StateJournal.open(folder)), 'c');
    });

    it('refuses a file that it must not read', async () => {
      await write(put('a'));
      chmodSync(fileOf(), 0);
      await asUser(() => Promise.resolve(void assert.match(refusal(), /cannot be read: EACCES/)));
    });
  });

  it('adds nothing while the disk is full, goes on when there is room, and has lost nothing', () => {
    const attempts = onFullDisk(folder, 256);
    assert.deepEqual(attempts, [
      { bytes: 1, added: true },
      { bytes: 1_000_000, added: false },
      { bytes: 100_000, added: true },
      { bytes: 1_000_000, added: false },
      { bytes: 2, added: true },
    ]);
    assert.equal(textOf(StateJournal.open(folder).table)!.length, 100_003);
  });
});

/** What comes of appending where no file may be longer than so many KiB. */
function onFullDisk(folder: string, kilobytes: number): Attempt[] {
  const script = require.resolve('./fullDisk');
  const command = `ulimit -S -f ${kilobytes} && exec "$0" -r tsx/cjs "$1" "$2"`;
  const output = execFileSync('bash', ['-c', command, process.execPath, script, folder], {
    env: { ...process.env, TSX_DISABLE_CACHE: '1' },
  });
  return JSON.parse(output.toString()) as Attempt[];
}
