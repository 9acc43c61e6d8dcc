import type { Limit } from '../../lib/detection/alarms/Limit';
import { isNearExpected } from '../../lib/detection/alarms/nearExpected';
import type { CalendarEffect } from '../../lib/detection/calendar/Calendar';
import type { Ignored } from '../../lib/detection/suppression';
import { isObject } from '../../lib/records/batch';
import { anomalyOf, type RecordInMessage } from '../../lib/records/messageProperty';
import { RecordError } from '../../lib/records/RecordError';
import { recordSpan } from '../../lib/records/recordSpan';
import type { ThresholdSettings } from './settings';

/** What was known beforehand to be out of the ordinary. */
export interface KnownEvents {
  /** What holds in any part of the stretch from `time` up to but without `until`, or at `time`; ms since the epoch. */
  at(time: number, key: string, until: number): CalendarEffect | undefined;
}

/** Why a record that meets the condition does not pass all the same. */
export interface Objection {
  readonly reason: 'other-direction' | 'near-expected' | `calendar: ${string}`;
  /** Whether the record is nothing out of the ordinary, so that it may end an incident. */
  readonly isCalm: boolean;
}

/** A record that meets the condition. */
interface Candidate {
  readonly item: RecordInMessage;
  readonly key: string;
  /** milliseconds since the epoch */
  readonly time: number;
  readonly limit: Limit;
  /** what was compared with the limit */
  readonly seen: unknown;
}

/** What speaks against telling of a record that meets the condition. */
export class Objections {
  private readonly ignored: Ignored | undefined;

  constructor(
    private readonly settings: ThresholdSettings,
    private readonly events: KnownEvents,
  ) {
    const { ignoreAbove, ignoreBelow, ignoreAboveRatio, ignoreBelowRatio } = settings;
    if (ignoreAbove + ignoreBelow + ignoreAboveRatio + ignoreBelowRatio === 0) return;
    this.ignored = {
      above: ignoreAbove,
      below: ignoreBelow,
      aboveRatio: ignoreAboveRatio,
      belowRatio: ignoreBelowRatio,
    };
  }

  /**
   * The first that holds, if any.
   * @throws RecordError when one direction is asked for and the record has none
   */
  to(candidate: Candidate): Objection | undefined {
    const { item } = candidate;
    const anomaly = anomalyOf(item);
    if (!this.pointsTheRightWay(anomaly)) return { reason: 'other-direction', isCalm: true };
    const expected = isObject(anomaly) ? anomaly.expected : undefined;
    if (this.ignored && isNearExpected(item.record, expected, this.ignored)) {
      return { reason: 'near-expected', isCalm: true };
    }
    return this.announced(candidate);
  }

  private pointsTheRightWay(anomaly: unknown): boolean {
    if (this.settings.direction === 'both') return true;
    const direction = isObject(anomaly) ? anomaly.direction : undefined;
    if (typeof direction !== 'string') {
      throw new RecordError(
        'anomaly.direction',
        direction,
        'HIGH or LOW (set "with directionality" in rcf-score)',
      );
    }
    return direction.toLowerCase() === this.settings.direction;
  }

  /** An event holds the record back, or raises the limit so far that the record does not break it. */
  private announced({ item, time, key, limit, seen }: Candidate): Objection | undefined {
    const { start, end } = recordSpan(item, time);
    const effect = this.events.at(start, key, end);
    if (!effect || (effect.kind === 'raise' && limit.raised(effect).breaks(seen))) return undefined;
    return { reason: `calendar: ${effect.name}`, isCalm: false };
  }
}
