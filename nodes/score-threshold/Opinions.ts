import type { PartChange, SavedParts } from '../../lib/delivery/checkpoint/Keeping';
import type { Incident } from '../../lib/detection/alarms/Incident';
import type { Limit } from '../../lib/detection/alarms/Limit';
import { Feedback, multiplied, type ReviewedIncident } from '../../lib/detection/feedback/Feedback';
import type { FeedbackCommand } from '../../lib/detection/feedback/feedbackCommand';
import type { IncidentKind } from '../../lib/detection/feedback/likeness';
import { isObject } from '../../lib/records/batch';
import { anomalyOf, type RecordInMessage } from '../../lib/records/messageProperty';
import { numeric } from '../../lib/records/numeric';
import type { ThresholdSettings } from './settings';

/** What people say of incidents, and how bad others like them are taken to be in consequence. */
export class Opinions {
  private readonly feedback: Feedback;
  private readonly bySeverity: boolean;

  constructor({ compare, timeZone }: ThresholdSettings) {
    this.feedback = new Feedback(timeZone);
    this.bySeverity = compare === 'severity';
  }

  /** The kind of incident that a record would make. @param time milliseconds since the epoch */
  kindOf(item: RecordInMessage, key: string, time: number, seen: unknown): IncidentKind {
    const anomaly = anomalyOf(item);
    const { direction, score } = isObject(anomaly) ? anomaly : {};
    return {
      key,
      time,
      direction: direction === 'HIGH' || direction === 'LOW' ? direction : undefined,
      size: sizeIn(score) ?? sizeIn(seen) ?? 0,
    };
  }

  /** How much what was seen of a kind counts: 0 for what is not to be told, whatever was seen. */
  factorFor(kind: IncidentKind): number {
    return this.feedback.factorFor(kind);
  }

  /** What is to be compared with the limit instead of what was seen. @param factor more than 0 */
  weigh(seen: unknown, limit: Limit, factor: number): unknown {
    return this.bySeverity ? multiplied(numeric(seen), factor) : limit.weighed(seen, factor);
  }

  /** Incidents of a kind were told. */
  tell(incidents: readonly Incident[], { key, direction, size }: IncidentKind): void {
    for (const { id, state, since } of incidents) {
      if (state !== 'close') this.feedback.tell({ id, key, direction, size, time: since });
    }
  }

  /** Whether a command is about an incident that was told here. */
  concerns(command: FeedbackCommand): boolean {
    return this.feedback.find(command) !== undefined;
  }

  /** @throws RecordError when it is about no such incident */
  obey(command: FeedbackCommand): void {
    this.feedback.obey(command);
  }

  list(): ReviewedIncident[] {
    return this.feedback.list();
  }

  changes(): PartChange[] {
    return this.feedback.changes();
  }

  restore(parts: SavedParts): void {
    this.feedback.restore(parts);
  }
}

/** How far out a number is; undefined for what is none. */
function sizeIn(value: unknown): number | undefined {
  const size = Math.abs(numeric(value));
  return Number.isNaN(size) ? undefined : size;
}
