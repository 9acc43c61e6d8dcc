import { isObject } from '../../records/batch';
import type { SavedPart } from '../checkpoint/Keeping';
import { encode, wordBytes } from './numbers';

/**
 * What a checkpoint holds of a model: a line of JSON that says which file it goes on from, and then the numbers that it
 * has learned since. What is appended is more such numbers.
 */
interface Base {
  readonly key: string;
  /** lessons in the file */
  readonly lessons: number;
  readonly file?: string;
}

/** A model as its part tells it. */
export interface StoredModel {
  readonly base: Base;
  /** the numbers after those in the file */
  readonly replay: readonly Uint8Array[];
}

const prefix = 'model ';
const newline = 0x0a;

export function modelPart(key: string): string {
  return prefix + key;
}

export function isModelPart(part: string): boolean {
  return part.startsWith(prefix);
}

/** What a part begins with. */
export function putOf(base: Base, pending: readonly number[]): Uint8Array {
  return Buffer.concat([Buffer.from(`${JSON.stringify(base)}\n`), encode(pending)]);
}

/** @throws Error naming the part that is none of a model */
export function readModel(name: string, { base: saved, appended }: SavedPart): StoredModel {
  const end = saved?.indexOf(newline) ?? -1;
  const base = saved && end >= 0 ? parse(Buffer.from(saved.subarray(0, end)).toString('utf8')) : undefined;
  const replay = saved && base ? [saved.subarray(end + 1), ...appended] : [];
  if (!isBase(base) || replay.some(({ length }) => length % wordBytes > 0)) {
    throw new Error(`what was saved as "${name}" does not describe a model`);
  }
  return { base, replay };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The checkpoints have told damage; this tells what another program wrote. */
function isBase(value: unknown): value is Base {
  if (!isObject(value)) return false;
  const { key, lessons, file } = value;
  return (
    typeof key === 'string' && Number.isFinite(lessons) && (file === undefined || typeof file === 'string')
  );
}
