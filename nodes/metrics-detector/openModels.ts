import type { NodeAPI } from 'node-red';
import type { BlobFolder } from '../../lib/delivery/checkpoint/BlobFolder';
import type { ModelFolder } from '../../lib/node-red/ModelFolder';
import { StartError } from '../../lib/node-red/StartError';

/** @throws StartError when the folder cannot be read, rather than later with a model that has to come back from it */
export function openModels(RED: NodeAPI, folder: ModelFolder, scope: string): BlobFolder {
  try {
    return folder.open(scope);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(
      RED._('metrics-detector.status.unreadable'),
      RED._('metrics-detector.error.unreadable', { folder: folder.path, error: reason }),
      error,
    );
  }
}
