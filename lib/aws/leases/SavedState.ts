import { sha256, type Manifest } from './manifest';
import type { StateObjects } from './StateObjects';

/** State that a lease points to and that cannot be used. Says where, why, and what a person can do. */
export class StateError extends Error {
  constructor(where: string, problem: string, options?: ErrorOptions) {
    super(
      `the state in ${where} ${problem}. Restore it, or choose another application name to begin anew.`,
      options,
    );
    this.name = 'StateError';
  }
}

/** State as a worker has committed it. */
export class SavedState {
  constructor(
    private readonly objects: StateObjects,
    readonly manifest: Manifest,
  ) {}

  get body(): Uint8Array {
    return this.manifest.body;
  }

  get names(): string[] {
    return [...this.manifest.objects.keys()];
  }

  /** @throws StateError when it cannot be used */
  async read(name: string, signal: AbortSignal): Promise<Uint8Array> {
    const object = this.manifest.objects.get(name);
    if (!object) throw new Error(`the state has no object "${name}"`);
    const where = this.objects.locate(object.key);
    const content = await this.objects.get(object.key, signal);
    if (!content) throw new StateError(where, 'is not there');
    if (content.length !== object.bytes || sha256(content) !== object.sha256) {
      throw new StateError(where, 'is damaged: its checksum is wrong');
    }
    return content;
  }
}
