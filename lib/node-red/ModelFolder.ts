import { rmSync } from 'node:fs';
import path from 'node:path';
import type { Node, NodeAPI } from 'node-red';
import { BlobFolder } from '../delivery/checkpoint/BlobFolder';
import { identityOf } from '../delivery/identity';
import { userFolder } from './userFolder';

/** Where the models of a node are written to. */
export class ModelFolder {
  readonly path: string;

  constructor(RED: NodeAPI, node: Node) {
    const name = identityOf(node).replace(/[^\w-]/g, '_');
    this.path = path.join(userFolder(RED), 'streamcut', 'models', name);
  }

  /**
   * @param scope see States
   * @throws Error when the folder cannot be read, rather than later with a model that has to come back from it
   */
  open(scope: string): BlobFolder {
    const blobs = new BlobFolder(scope === '' ? this.path : path.join(this.path, encodeURIComponent(scope)));
    blobs.names();
    return blobs;
  }

  /** Removes everything in it. */
  discard(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
