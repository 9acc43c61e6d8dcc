import os from 'node:os';
import path from 'node:path';
import type { NodeAPI } from 'node-red';

/** The folder that Node-RED keeps its data in, where files of ours go below `streamcut/`. */
export function userFolder(RED: NodeAPI): string {
  const { userDir } = RED.settings as { userDir?: string };
  return userDir || path.join(os.homedir(), '.node-red');
}
