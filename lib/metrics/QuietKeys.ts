import type { PartChange } from '../delivery/checkpoint/Keeping';
import { ChangedNames } from '../windows/state/ChangedNames';
import { packQuiet, quietPart } from './savedCube';

/**
 * Combinations that have had no rows for so long that nothing is said of them any more, until rows come again or they are
 * retired. Costs nothing an interval, however many there are.
 */
export class QuietKeys {
  /** when each fell quiet, as the clock shows it, ms; the one that is quiet longest first */
  private readonly since = new Map<string, number>();
  private readonly changed = new ChangedNames();

  /** @param patience how long one is kept, ms */
  constructor(private readonly patience: number) {}

  /** @param wall as the clock shows it, ms */
  add(key: string, wall: number): void {
    this.since.delete(key);
    this.since.set(key, wall);
    this.changed.note(key);
  }

  /** Rows have come again, or it is forgotten; without a key all of them are. */
  remove(key?: string): void {
    for (const each of key === undefined ? [...this.since.keys()] : [key]) {
      if (this.since.delete(each)) this.changed.noteGone(each);
    }
  }

  /** Takes out those whose time is up. */
  retire(wall: number): string[] {
    const retired: string[] = [];
    for (const [key, since] of this.since) {
      if (wall - since < this.patience) break;
      retired.push(key);
      this.remove(key);
    }
    return retired;
  }

  changes(): PartChange[] {
    return this.changed.take(this.since).map(([key, since]) => {
      const part = quietPart(key);
      return since === undefined ? { part, remove: true } : { part, put: packQuiet(key, since) };
    });
  }

  /** Goes on from there, and from that alone. */
  load(saved: ReadonlyMap<string, number>): void {
    this.since.clear();
    for (const [key, wall] of [...saved].sort(([, a], [, b]) => a - b)) this.since.set(key, wall);
    this.changed.begin(saved.keys());
  }
}
