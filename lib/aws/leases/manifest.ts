import { createHash } from 'node:crypto';
import { seal, unseal } from '../../delivery/sealed';
import { isObject } from '../../records/batch';

const format = 'streamcut-state';
const version = 1;

/** An object of its own: content too large to be written with every commit. */
export interface StateObject {
  readonly key: string;
  readonly bytes: number;
  /** of its content, in hexadecimal */
  readonly sha256: string;
}

/** The state of a shard at one commit: what changes often in the body, the rest in objects by name. */
export interface Manifest {
  readonly body: Uint8Array;
  readonly objects: ReadonlyMap<string, StateObject>;
}

export function sealManifest({ body, objects }: Manifest): Uint8Array {
  const about = { bodySha256: sha256(body), objects: Object.fromEntries(objects) };
  return seal(format, version, { about, body: new Uint8Array(body).buffer });
}

/** @throws Error saying what is wrong with it */
export function unsealManifest(sealed: Uint8Array): Manifest {
  const { about, body } = unseal(format, [version], sealed);
  const content = new Uint8Array(body);
  if (about.bodySha256 !== sha256(content))
    throw new Error('the checksum of its body is wrong: it is damaged');
  const objects = isObject(about.objects) ? Object.entries(about.objects) : [];
  return { body: content, objects: new Map(objects as [string, StateObject][]) };
}

export function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
