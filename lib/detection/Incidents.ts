/**
 * Tells the first anomaly of an incident from those that follow it, per key. An incident lasts as long as anomalies of
 * its key come no further apart than the cool-down. Memory is bounded: beyond `maxKeys` the key that was quiet longest
 * is forgotten.
 */
export class Incidents {
  /** key -> time of its last anomaly, in order of that anomaly's arrival */
  private readonly lastSeen = new Map<string, number>();

  /** @param cooldown milliseconds; 0 makes every anomaly its own incident */
  constructor(
    private readonly cooldown: number,
    private readonly maxKeys: number,
  ) {}

  /** Notes an anomaly of `key` at `time` (milliseconds since the epoch). */
  isNew(key: string, time: number): boolean {
    if (this.cooldown === 0) return true;
    const last = this.lastSeen.get(key);
    this.lastSeen.delete(key);
    // A record that comes late must not shorten the incident.
    this.lastSeen.set(key, last === undefined ? time : Math.max(last, time));
    if (this.lastSeen.size > this.maxKeys) this.forget(this.lastSeen.keys().next().value);
    return last === undefined || time - last > this.cooldown;
  }

  /** Ends the incident of one key, or all of them. */
  forget(key?: string): void {
    if (key === undefined) this.lastSeen.clear();
    else this.lastSeen.delete(key);
  }
}
