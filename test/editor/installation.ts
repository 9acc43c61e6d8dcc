import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { createUserDirectory, InstalledNodeRed, pack, removeDirectory } from '../helpers/InstalledNodeRed';
import { root } from '../package/manifest';
import { launchChromium } from './Editor';

export interface Installation {
  readonly browser: Browser;
  readonly nodeRed: InstalledNodeRed;
  close(): Promise<void>;
}

/** A running Node-RED with the packed package installed, and a browser to open it in. */
export async function install(env: Readonly<Record<string, string>> = {}): Promise<Installation> {
  const folder = await mkdtemp(path.join(tmpdir(), 'streamcut-pack-'));
  const userDir = await createUserDirectory(await pack(root, folder));
  await removeDirectory(folder);
  const nodeRed = await InstalledNodeRed.start(userDir, env);
  const stop = async () => {
    await nodeRed.stop();
    await removeDirectory(userDir);
  };
  try {
    const browser = await launchChromium();
    return { browser, nodeRed, close: async () => void (await Promise.all([browser.close(), stop()])) };
  } catch (error) {
    await stop();
    throw error;
  }
}
