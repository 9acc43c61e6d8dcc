import type { PartChange, SavedParts } from '../delivery/checkpoint/Keeping';

interface Incident {
  /** of its last anomaly, milliseconds since the epoch */
  readonly time: number;
  /** that anomaly's number, in order of arrival */
  readonly order: number;
}

/**
 * Tells the first anomaly of an incident from those that follow it, per key. An incident lasts as long as anomalies of
 * its key come no further apart than the cool-down. Memory is bounded: beyond `maxKeys` the key that was quiet longest
 * is forgotten.
 */
export class Incidents {
  /** by key, in order of the last anomaly's arrival */
  private readonly last = new Map<string, Incident>();
  private readonly changed = new Set<string>();
  private count = 0;

  /** @param cooldown milliseconds; 0 makes every anomaly its own incident */
  constructor(
    private readonly cooldown: number,
    private readonly maxKeys: number,
  ) {}

  /** Notes an anomaly of `key` at `time` (milliseconds since the epoch). */
  isNew(key: string, time: number): boolean {
    if (this.cooldown === 0) return true;
    const before = this.last.get(key);
    this.last.delete(key);
    // A record that comes late must not shorten the incident.
    this.last.set(key, { time: Math.max(before?.time ?? time, time), order: ++this.count });
    this.changed.add(key);
    if (this.last.size > this.maxKeys) this.forget(this.last.keys().next().value);
    return before === undefined || time - before.time > this.cooldown;
  }

  /** Ends the incident of one key, or all of them. */
  forget(key?: string): void {
    for (const one of key === undefined ? [...this.last.keys()] : [key]) {
      if (this.last.delete(one)) this.changed.add(one);
    }
  }

  /** What has changed since the last call or `restore`: a part a key, with time and order as JSON. */
  changes(): PartChange[] {
    const changes = [...this.changed].map((part): PartChange => {
      const incident = this.last.get(part);
      if (!incident) return { part, remove: true };
      return { part, put: Buffer.from(JSON.stringify([incident.time, incident.order])) };
    });
    this.changed.clear();
    return changes;
  }

  /** @throws Error when a part is not what `changes` makes of it; nothing has changed then */
  restore(parts: SavedParts): void {
    const saved = [...parts]
      .map(([key, { base }]): readonly [string, Incident] => [key, incidentOf(key, base)])
      .sort(([, a], [, b]) => a.order - b.order);
    this.last.clear();
    this.changed.clear();
    for (const [key, incident] of saved) this.last.set(key, incident);
    this.count = saved.at(-1)?.[1].order ?? 0;
  }
}

function incidentOf(key: string, base: Uint8Array | undefined): Incident {
  const [time, order] = JSON.parse(Buffer.from(base ?? []).toString('utf8') || '[]') as unknown[];
  if (typeof time !== 'number' || typeof order !== 'number') {
    throw new Error(`the saved incident of "${key}" must be a time and a number`);
  }
  return { time, order };
}
