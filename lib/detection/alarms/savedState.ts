/**
 * What is saved of a key, packed: order of its last change, ages of recent anomalies, beginning and number of its latest
 * incident, and of one that goes on its id, end so far, count, peak, level told last and escalation.
 *
 * Version 1 was JSON, in parts called like the key: the time of the last anomaly and its number in order of arrival.
 */
import type { SavedParts } from '../../delivery/checkpoint/Keeping';
import { pack, unpack, type Packable } from '../../windows/state/packed';
import type { KeyState } from './Incident';

export const stateVersion = 2;

const prefix = 'incident/';

/** The part that holds what is known of a key. */
export function partName(key: string): string {
  return `${prefix}${key}`;
}

/** A state, and when it was changed last, in order of arrival. */
export interface Remembered {
  readonly state: KeyState;
  readonly order: number;
}

/** Names an incident by its key and the time that it began. */
type IdOf = (key: string, since: number) => string;

export function savedState({ state, order }: Remembered): Uint8Array {
  const { recent, since, nth, incident } = state;
  const open = incident && [
    incident.id,
    incident.since,
    incident.until,
    incident.count,
    incident.peak,
    incident.told,
    incident.escalation,
  ];
  return pack([order, recent, since, nth, open ?? null]);
}

/**
 * Reads the parts that hold keys, whatever other parts there are.
 * @throws Error naming the key whose part is none of a key, or the version that is none of ours
 */
export function readParts(parts: SavedParts, version: number, idOf: IdOf): [key: string, Remembered][] {
  const isOld = version === 1;
  if (!isOld && version !== stateVersion) {
    throw new Error(`the saved incidents must be of version 1 or ${stateVersion}, got ${version}`);
  }
  const read = isOld ? stateOfVersion1 : stateOf;
  const names = [...parts.keys()].filter((name) => isOld || name.startsWith(prefix));
  return names.map((name) => {
    const key = isOld ? name : name.slice(prefix.length);
    const remembered = read(key, parts.get(name)?.base ?? new Uint8Array(), idOf);
    if (!remembered) throw new Error(`what was saved of the incident of "${key}" is of another form`);
    return [key, remembered];
  });
}

function stateOf(key: string, saved: Uint8Array): Remembered | undefined {
  const [order, recent, since, nth, open] = listOf(unpacked(key, saved));
  if (typeof order !== 'number' || typeof since !== 'number' || typeof nth !== 'number') return undefined;
  const ages = listOf(recent);
  const [id, ...numbers] = listOf(open);
  if (!areNumbers(ages)) return undefined;
  if (open === null) return { order, state: { recent: ages, since, nth, incident: undefined } };
  if (typeof id !== 'string' || numbers.length !== 6 || !areNumbers(numbers)) return undefined;
  const [began, until, count, peak, told, escalation] = numbers as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const incident = { id, since: began, until, count, peak, told, escalation };
  return { order, state: { recent: ages, since, nth, incident } };
}

function stateOfVersion1(key: string, saved: Uint8Array, idOf: IdOf): Remembered | undefined {
  const [time, order] = JSON.parse(Buffer.from(saved).toString('utf8') || '[]') as unknown[];
  if (typeof time !== 'number' || typeof order !== 'number') return undefined;
  const id = idOf(key, time);
  const incident = { id, since: time, until: time, count: 1, peak: NaN, told: NaN, escalation: 0 };
  return { order, state: { recent: [], since: time, nth: 0, incident } };
}

function unpacked(key: string, saved: Uint8Array): Packable {
  try {
    return unpack(saved);
  } catch (error) {
    throw new Error(`what was saved of the incident of "${key}" cannot be read`, { cause: error });
  }
}

function listOf(value: Packable | undefined): readonly Packable[] {
  return Array.isArray(value) ? (value as readonly Packable[]) : [];
}

function areNumbers(values: readonly Packable[]): values is readonly number[] {
  return values.every((value) => typeof value === 'number');
}
