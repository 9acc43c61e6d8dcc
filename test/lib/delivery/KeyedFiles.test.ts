import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { KeyedFiles } from '../../../lib/delivery/KeyedFiles';

describe('keyed files', () => {
  let root: string;
  let folder: string;
  let files: KeyedFiles;
  beforeEach(() => {
    root = mkdtempSync(path.join(os.tmpdir(), 'keyed-'));
    folder = path.join(root, 'below', 'it');
    files = new KeyedFiles(folder);
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const text = (name: string) => {
    const value = files.read(name);
    return value && Buffer.from(value).toString();
  };
  const always = () => true;

  it('hold nothing, and make no folder, until something is written', () => {
    assert.deepEqual([files.names(), files.read('a')], [[], undefined]);
    files.clear();
    assert.deepEqual(readdirSync(root), []);
  });

  it('give back the latest value of each key, whatever the key', () => {
    for (const key of ['', '../../etc', 'a/b', 'A', 'a', '\0', 'ä'.repeat(1000)]) {
      const name = KeyedFiles.nameOf(key);
      files.write(name, Buffer.from('old'));
      files.write(name, Buffer.from(key));
      assert.equal(text(name), key);
    }
    assert.equal(files.names().length, 7);
    assert.equal(readdirSync(folder).length, 7);
  });

  it('name the values in the order in which they were written', () => {
    for (const [index, name] of ['x', 'a', 'm'].entries()) {
      files.write(name, Buffer.from(name));
      utimesSync(files.fileOf(name), 1000 + index, 1000 + index);
    }
    assert.deepEqual(files.names(), ['x', 'a', 'm']);
  });

  it('forget one value, or all of them', () => {
    for (const name of ['a', 'b', 'c']) files.write(name, Buffer.from(name));
    files.remove('a');
    files.remove('never there');
    assert.deepEqual(files.names().sort(), ['b', 'c']);
    files.clear();
    assert.deepEqual(files.names(), []);
    files.write('a', Buffer.from('again'));
    assert.equal(text('a'), 'again');
  });

  it('do not put a value in place that is no longer wanted once it is written', async () => {
    files.write('a', Buffer.from('old'));
    let wanted = true;
    const writing = files.writeDurably('a', Buffer.from('slow'), () => wanted);
    files.write('a', Buffer.from('newer'));
    wanted = false;
    await writing;
    assert.equal(text('a'), 'newer');
    assert.equal(readdirSync(folder).length, 1);
    await files.writeDurably('a', Buffer.from('newest'), always);
    await files.sync();
    assert.equal(text('a'), 'newest');
  });
});
