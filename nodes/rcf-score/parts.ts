import type { SavedPart, SavedParts } from '../../lib/delivery/checkpoint/Keeping';
import { decode, encode, wordBytes } from '../../lib/delivery/models/numbers';
import { isObject } from '../../lib/records/batch';
import type { VectorKind } from './FieldVector';
import type { Series } from './Series';
import type { Shape } from './shape';

/**
 * A series in a checkpoint. Its part begins with a line of JSON that says which model it goes on from, and then holds the
 * numbers of the records that this model has learned since, before any transform, as they came. What is appended holds
 * the place of its last record in the order of use, and more such numbers.
 */
export const partsVersion = 1;

/** The models that learn, and those that wait for settings to come back. */
export type Generation = 'now' | 'before';

/** The line that a part begins with. */
interface Base {
  readonly key: string;
  readonly shape: Shape;
  readonly timeDecay: number;
  readonly vector: { readonly kind: VectorKind; readonly names: readonly string[] };
  /** in the file */
  readonly records: number;
  readonly used: number;
  readonly file?: string;
}

/** A series as its part tells it. */
export interface SavedSeries {
  readonly base: Base;
  readonly used: number;
  /** numbers of the records learned after those in the file */
  readonly replay: readonly Uint8Array[];
}

const newline = 0x0a;

export function partName(generation: Generation, key: string): string {
  return `${generation}/${key}`;
}

export function baseOf(series: Series, shape: Shape): Base {
  const { key, timeDecay, vector, fileRecords: records, used, file } = series;
  const { kind, names } = vector;
  return { key, shape, timeDecay, vector: { kind, names }, records, used, ...(file ? { file } : {}) };
}

/** What a part begins with. */
export function putOf(base: Base, numbers: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat([Buffer.from(`${JSON.stringify(base)}\n`), ...numbers]);
}

/** What is appended to a part. */
export function appendOf(used: number, numbers: readonly number[]): Uint8Array {
  return encode([used, ...numbers]);
}

/** @throws Error naming the part that is none of a series */
export function readParts(parts: SavedParts): Record<Generation, SavedSeries[]> {
  const generations: Record<Generation, SavedSeries[]> = { now: [], before: [] };
  for (const [name, part] of parts) {
    const series = readPart(part);
    const generation = name.slice(0, name.indexOf('/'));
    if (!series || (generation !== 'now' && generation !== 'before')) {
      throw new Error(`what was saved as "${name}" does not describe a model`);
    }
    generations[generation].push(series);
  }
  return generations;
}

function readPart({ base: saved, appended }: SavedPart): SavedSeries | undefined {
  const end = saved?.indexOf(newline) ?? -1;
  if (!saved || end < 0) return undefined;
  const base = parse(Buffer.from(saved.subarray(0, end)).toString('utf8'));
  if (!isBase(base)) return undefined;
  const replay = [saved.subarray(end + 1), ...appended.map((piece) => piece.subarray(wordBytes))];
  if (replay.some((piece) => piece.length % wordBytes > 0)) return undefined;
  const last = appended.at(-1);
  return { base, used: last ? decode([last.subarray(0, wordBytes)])[0]! : base.used, replay };
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
  const { key, shape, timeDecay, vector, records, used, file } = value;
  return (
    typeof key === 'string' &&
    isObject(shape) &&
    isObject(vector) &&
    Array.isArray(vector.names) &&
    [timeDecay, records, used].every(Number.isFinite) &&
    (file === undefined || typeof file === 'string')
  );
}
