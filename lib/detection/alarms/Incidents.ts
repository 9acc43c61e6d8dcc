import { createHash } from 'node:crypto';
import type { PartChange, SavedParts } from '../../delivery/checkpoint/Keeping';
import {
  advance,
  untouched,
  type Incident,
  type IncidentRules,
  type KeyState,
  type OpenIncident,
  type Sighting,
  type Step,
} from './Incident';
import { partName, readParts, savedState, stateVersion, type Remembered } from './savedState';

export interface Judgement {
  readonly outcome: Step['outcome'];
  readonly incidents: readonly Incident[];
}

const calm: Judgement = { outcome: 'calm', incidents: [] };

/**
 * Makes incidents of anomalies, per key: an incident lasts as long as its rules say, and is told when it begins, when it
 * gets worse and when it ends. Memory is bounded: beyond `maxKeys` the key that was quiet longest is forgotten, and calm
 * keys are not remembered at all.
 */
export class Incidents {
  readonly version = stateVersion;
  /** by key, in order of the last change */
  private readonly states = new Map<string, Remembered>();
  private readonly changed = new Set<string>();
  /** parts of an older version that are to be removed */
  private outdated: readonly string[] = [];
  private count = 0;

  /**
   * @param owner goes into the ids of incidents, which it makes unique: stable over restarts
   * @param maxKeys keys to remember
   */
  constructor(
    private readonly rules: IncidentRules,
    private readonly maxKeys: number,
    private readonly owner: string,
  ) {}

  /** Takes in one record of `key`. */
  see(key: string, sighting: Sighting): Judgement {
    const known = this.states.get(key);
    if (!known && !sighting.breaks) return calm;
    const before = known?.state ?? untouched;
    const idOf = (since: number, nth: number) => incidentId(this.owner, key, since, nth);
    const { state, outcome, changes } = advance(before, sighting, this.rules, idOf);
    if (state !== before) this.remember(key, state);
    return { outcome, incidents: changes.map(([kind, incident]) => reportOf(key, kind, incident)) };
  }

  /** Forgets one key, or all of them: what comes next begins anew. */
  forget(key?: string): void {
    for (const one of key === undefined ? [...this.states.keys()] : [key]) {
      if (this.states.delete(one)) this.changed.add(one);
    }
  }

  /** What has changed since the last call or `restore`: a part a key. */
  changes(): PartChange[] {
    const outdated = this.outdated.map((part): PartChange => ({ part, remove: true }));
    const changes = [...this.changed].map((key): PartChange => {
      const part = partName(key);
      const remembered = this.states.get(key);
      return remembered ? { part, put: savedState(remembered) } : { part, remove: true };
    });
    this.outdated = [];
    this.changed.clear();
    return [...outdated, ...changes];
  }

  /**
   * Goes on from what `changes` has told of, in this version or an older one; leaves parts alone that are none of its own.
   * @throws Error when a part is not what `changes` makes of it; nothing has changed then
   */
  restore(parts: SavedParts, version: number): void {
    const idOf = (key: string, since: number) => incidentId(this.owner, key, since, 0);
    const saved = readParts(parts, version, idOf).sort(([, a], [, b]) => a.order - b.order);
    this.states.clear();
    this.changed.clear();
    for (const [key, remembered] of saved) this.states.set(key, remembered);
    const isOld = version !== stateVersion;
    // What an older version has saved is to be saved in this one's form.
    this.outdated = isOld ? [...parts.keys()] : [];
    if (isOld) for (const [key] of saved) this.changed.add(key);
    this.count = saved.at(-1)?.[1].order ?? 0;
  }

  private remember(key: string, state: KeyState): void {
    this.changed.add(key);
    this.states.delete(key);
    if (state.recent.length === 0 && Number.isNaN(state.since)) return;
    this.states.set(key, { state, order: ++this.count });
    if (this.states.size > this.maxKeys) this.forget(this.states.keys().next().value);
  }
}

/**
 * The same for the same incident whenever it is seen, after a crash or in a replay.
 * @returns 32 hexadecimal digits
 */
function incidentId(owner: string, key: string, since: number, nth: number): string {
  return createHash('sha256')
    .update(JSON.stringify([owner, key, since, nth]))
    .digest('hex')
    .slice(0, 32);
}

function reportOf(key: string, state: Incident['state'], incident: OpenIncident): Incident {
  const { id, since, until, count, peak, escalation } = incident;
  return {
    id,
    key,
    state,
    since,
    ...(state === 'close' ? { until } : {}),
    ...(Number.isNaN(peak) ? {} : { peak }),
    count,
    escalation,
  };
}
