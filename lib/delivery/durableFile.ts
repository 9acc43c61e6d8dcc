import { mkdir, open, rename } from 'node:fs/promises';
import path from 'node:path';

/**
 * Replaces a file so that after a crash or a power cut it holds the old text or the new one, whole: written beside it,
 * synced, renamed over it, and the folder synced because the rename itself is an entry of the folder.
 */
export async function replaceFile(file: string, text: string | Uint8Array): Promise<void> {
  const folder = path.dirname(file);
  await mkdir(folder, { recursive: true });
  const temporary = `${file}.tmp`;
  const handle = await open(temporary, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
  await syncFolder(folder);
}

/** Makes sure that the entries of a folder, such as a file just renamed, survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder, and its file systems journal renames by themselves.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
