import type { PartChange, SavedParts } from '../delivery/checkpoint/Keeping';
import { anomalySeverity } from '../detection/Severity';
import { ChangedNames } from '../windows/state/ChangedNames';
import { readJson } from './jsonPart';
import type { Point } from './Point';

/** How strange it was that a series had no rows. */
interface Strangeness {
  readonly score: number;
  readonly severity: number;
}

const prefix = 'silence ';

/** Whether a part is one of these. */
export function isSilencePart(part: string): boolean {
  return part.startsWith(prefix);
}

/**
 * The series whose last silence was strange. Their detectors have seen a value of 0 then, and would find nothing in it the
 * next time; but a second outage is as strange as the first, where 0 is not usual at that time.
 */
export class Silences {
  private strange = new Map<string, Strangeness>();
  private readonly changed = new ChangedNames();

  /** A point as it is when a strange silence has not made others usual. @param measure of the point */
  judge(point: Point, measure: string): Point {
    const { key, silent, value, verdict } = point;
    const expected = verdict.expected?.[measure];
    // What has another value in a silence says nothing of it.
    if (silent === 0 || value !== 0 || !expected) return point;
    const { score, severity, suppressed, ...others } = verdict;
    const before = this.strange.get(key);
    // Rows have come in between, but too few records to tell two silences apart by their scores.
    const isNext = silent === 1 && suppressed === 'same-run';
    if (severity >= anomalySeverity && !isNext) {
      const isStranger = suppressed === undefined && !(before && before.severity >= severity);
      if (isStranger) this.put(key, { score, severity });
      return point;
    }
    if (!before) return point;
    if (expected.lower > 0) {
      const again = { ...others, ...before, isNews: true, isAnomaly: true, direction: 'LOW' } as const;
      return { ...point, verdict: again };
    }
    if (!isNext) this.forget(key);
    return point;
  }

  /** Forgets what was of one series, or of all. */
  forget(key?: string): void {
    for (const each of key === undefined ? [...this.strange.keys()] : [key]) {
      if (this.strange.delete(each)) this.changed.noteGone(each);
    }
  }

  changes(): PartChange[] {
    return this.changed.take(this.strange).map(([key, strangeness]) => {
      const part = prefix + key;
      return strangeness ? { part, put: Buffer.from(JSON.stringify(strangeness)) } : { part, remove: true };
    });
  }

  /**
   * Goes on from what `changes` has told, which may stand among other parts.
   * @throws Error naming the part that cannot be read; nothing has changed then
   */
  restore(parts: SavedParts): void {
    const names = [...parts.keys()].filter(isSilencePart);
    const saved = names.map((part): [string, Strangeness] => [
      part.slice(prefix.length),
      readJson(part, parts.get(part)) as Strangeness,
    ]);
    this.strange = new Map(saved);
    this.changed.begin(this.strange.keys());
  }

  private put(key: string, strangeness: Strangeness): void {
    this.strange.set(key, strangeness);
    this.changed.note(key);
  }
}
