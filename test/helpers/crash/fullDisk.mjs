// Loaded into a Node-RED: as long as the file named by STREAMCUT_TEST_FULL_DISK exists, the disk has no room for the state
// of nodes of ours. A write then takes half of what it gets and fails, as it does on a disk that fills up.
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';

// The functions that modules of the other kind see are the properties of these objects.
const require = createRequire(import.meta.url);
const fs = require('node:fs');
const promises = require('node:fs/promises');

const marker = process.env.STREAMCUT_TEST_FULL_DISK;
const isOurs = (file) => String(file).includes(`${path.sep}streamcut${path.sep}`);
const isFull = () => fs.existsSync(marker);
const noSpace = () => Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });

const { open } = promises;
promises.open = async (file, ...rest) => {
  const handle = await open(file, ...rest);
  if (!isOurs(file)) return handle;
  const { write, writeFile } = handle;
  handle.write = async (buffer, offset, length, position) => {
    if (!isFull()) return write.call(handle, buffer, offset, length, position);
    await write.call(handle, buffer, offset, Math.floor(length / 2), position);
    throw noSpace();
  };
  handle.writeFile = async (data) => {
    if (!isFull()) return writeFile.call(handle, data);
    throw noSpace();
  };
  return handle;
};

const { writeFileSync } = fs;
fs.writeFileSync = (file, ...rest) => {
  if (isOurs(file) && isFull()) throw noSpace();
  writeFileSync(file, ...rest);
};
