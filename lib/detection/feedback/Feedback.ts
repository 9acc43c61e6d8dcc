import type { PartChange, SavedParts } from '../../delivery/checkpoint/Keeping';
import { RecordError } from '../../records/RecordError';
import { LocalClock } from '../calendar/LocalClock';
import type { FeedbackCommand } from './feedbackCommand';
import { Journal, type Entry } from './Journal';
import { likeness, type IncidentKind, type ToldIncident } from './likeness';

/** An incident, and what people said of it. */
export interface ReviewedIncident extends ToldIncident {
  readonly relevant?: boolean;
}

interface Mark {
  readonly incident: ToldIncident;
  readonly relevant: boolean;
}

/** By how much one mark alike lowers or, the other way round, raises a severity. */
const perMark = 0.8;
/** So many marks as not relevant silence what is like them, whatever it is compared with. */
const silencing = 10;
/** More marks as relevant change nothing more: so severities become at most 1.95 times as high. */
const mostRaising = 3;

const mostTold = 100;
const mostMarks = 1000;

/**
 * What people think of incidents: those like ones that were marked not relevant get a lower severity, those like relevant
 * ones a higher one. Marks count as far as their incident is alike, see `likeness`, and the two kinds make up for each
 * other. What is left of them changes a severity by
 *
 * | marks alike  | not relevant | relevant |
 * | ------------ | ------------ | -------- |
 * | 1            | x 0.80       | x 1.25   |
 * | 2            | x 0.64       | x 1.56   |
 * | 3            | x 0.51       | x 1.95   |
 * | 5            | x 0.33       | x 1.95   |
 * | 9            | x 0.13       | x 1.95   |
 * | 10 and more  | x 0          | x 1.95   |
 *
 * So a severity of 100 falls to 64 with the second mark, and ten marks silence what recurs. A mark taken back leaves no
 * trace. The latest 100 incidents can be marked, and the latest 1000 marks count.
 */
export class Feedback {
  private readonly clock: LocalClock;
  /** by id, oldest first */
  private readonly told = new Map<string, ToldIncident>();
  private readonly marks = new Map<string, Mark>();
  private readonly marksOfKey = new Map<string, Set<Mark>>();
  private readonly journal = new Journal();

  /** @param timeZone whose clock tells the time of day */
  constructor(timeZone: string) {
    this.clock = LocalClock.in(timeZone);
  }

  /** An incident was told, or has become larger. */
  tell(incident: ToldIncident): void {
    const { id, key, direction, size, time } = incident;
    // JSON has no Infinity.
    const finite = Math.min(Number.MAX_VALUE, size > 0 ? size : 0);
    this.take({ kind: 'told', incident: { id, key, ...(direction && { direction }), size: finite, time } });
  }

  /** The incident that a command means, if it is one of those that can be marked. */
  find({ incident: id, key, time = Infinity }: FeedbackCommand): ToldIncident | undefined {
    if (id !== undefined) return this.told.get(id) ?? this.marks.get(id)?.incident;
    return [...this.told.values()].findLast((each) => each.key === key && each.time <= time);
  }

  /**
   * Marks an incident relevant or not, in place of what was said of it before, or takes that back.
   * @returns the incident
   * @throws RecordError when it is not among those that can be marked
   */
  obey(command: FeedbackCommand): ReviewedIncident {
    const incident = this.find(command);
    if (!incident) {
      const [field, seen] =
        command.incident === undefined ? ['key', command.key] : ['incident', command.incident];
      throw new RecordError(`feedback.${field}`, seen, `that of one of the latest ${mostTold} incidents`);
    }
    const { relevant, undo } = command;
    this.take(undo ? { kind: 'undone', id: incident.id } : { kind: 'marked', incident, relevant });
    return undo ? incident : { ...incident, relevant };
  }

  /**
   * By what a severity, or another measure of how bad it is, is multiplied for an incident of this kind: 0 for one that
   * is not to be told, however bad.
   */
  factorFor(kind: IncidentKind): number {
    let lowering = 0;
    for (const { incident, relevant } of this.marksOfKey.get(kind.key) ?? []) {
      lowering += (relevant ? -1 : 1) * likeness(incident, kind, this.clock);
    }
    if (lowering >= silencing) return 0;
    return lowering >= 0 ? power(perMark, lowering) : power(1 / perMark, Math.min(mostRaising, -lowering));
  }

  /** @param severity from 0 to 100, which the result is too, to one decimal */
  adjust(severity: number, kind: IncidentKind): number {
    return multiplied(severity, this.factorFor(kind));
  }

  /** All that is or can be marked, the latest first. */
  list(): ReviewedIncident[] {
    const all = new Map<string, ReviewedIncident>(this.told);
    for (const [id, { incident, relevant }] of this.marks) all.set(id, { ...incident, relevant });
    return [...all.values()].sort((a, b) => b.time - a.time);
  }

  /** Forgets all marks and incidents. */
  reset(): void {
    this.take({ kind: 'reset' });
  }

  /** What has changed since the last call or `restore`, in one part. */
  changes(): PartChange[] {
    return this.journal.changes(() => this.entries());
  }

  /** @throws Error when the part is not what `changes` makes of it; nothing has changed then */
  restore(parts: SavedParts): void {
    const entries = this.journal.restore(parts);
    this.forget();
    for (const entry of entries) this.apply(entry);
  }

  private entries(): Entry[] {
    return [
      ...[...this.told.values()].map((incident): Entry => ({ kind: 'told', incident })),
      ...[...this.marks.values()].map((mark): Entry => ({ kind: 'marked', ...mark })),
    ];
  }

  private take(entry: Entry): void {
    this.apply(entry);
    this.journal.note(entry);
  }

  private apply(entry: Entry): void {
    switch (entry.kind) {
      case 'told':
        return this.remember(entry.incident);
      case 'marked':
        return this.mark(entry);
      case 'undone':
        return this.unmark(entry.id);
      case 'reset':
        return this.forget();
    }
  }

  private remember(incident: ToldIncident): void {
    const { id } = incident;
    this.told.set(id, incident);
    const mark = this.marks.get(id);
    if (mark) this.mark({ incident, relevant: mark.relevant });
    if (this.told.size > mostTold) this.told.delete(this.told.keys().next().value!);
  }

  private mark({ incident, relevant }: Mark): void {
    const { id, key } = incident;
    const mark = { incident, relevant };
    this.unmark(id);
    this.marks.set(id, mark);
    const ofKey = this.marksOfKey.get(key) ?? new Set();
    this.marksOfKey.set(key, ofKey.add(mark));
    if (this.marks.size > mostMarks) this.unmark(this.marks.keys().next().value!);
  }

  private unmark(id: string): void {
    const mark = this.marks.get(id);
    if (!mark) return;
    this.marks.delete(id);
    const { key } = mark.incident;
    const ofKey = this.marksOfKey.get(key);
    ofKey?.delete(mark);
    if (ofKey?.size === 0) this.marksOfKey.delete(key);
  }

  private forget(): void {
    for (const map of [this.told, this.marks, this.marksOfKey]) map.clear();
  }
}

/** A severity that counts so many times; from 0 to 100, to one decimal. */
export function multiplied(severity: number, factor: number): number {
  return Math.min(100, Math.round(10 * severity * factor) / 10);
}

/** With a straight line between whole exponents, as Math.pow may differ in the last bit from engine to engine. */
function power(base: number, exponent: number): number {
  const whole = Math.floor(exponent);
  let result = 1;
  for (let i = 0; i < whole; i++) result *= base;
  return result + (exponent - whole) * result * (base - 1);
}
