import type { Keeping, PartChange, SavedParts } from '../../lib/delivery/checkpoint/Keeping';
import { Incidents } from '../../lib/detection/alarms/Incidents';
import type { Incident, IncidentRules } from '../../lib/detection/alarms/Incident';
import { Limits } from '../../lib/detection/alarms/Limits';
import { isNearExpected } from '../../lib/detection/alarms/nearExpected';
import type { Ignored } from '../../lib/detection/suppression';
import { isObject } from '../../lib/records/batch';
import { anomalyOf, messageProperty, type RecordInMessage } from '../../lib/records/messageProperty';
import { RecordError } from '../../lib/records/RecordError';
import { recordTime } from '../../lib/records/recordTime';
import { seriesKey } from '../../lib/records/seriesKey';
import { generalLimit, type ThresholdSettings } from './settings';

/** What becomes of a record. */
export interface Verdict {
  readonly passes: boolean;
  /** what it changes about incidents, a message each; none where anomalies are told one by one */
  readonly incidents: readonly Incident[];
  /** why it stays back although it met the condition */
  readonly suppressed?: Suppressed;
}

/**
 * | reason            |                                                         |
 * | ----------------- | ------------------------------------------------------- |
 * | `other-direction` | it stands out on the side that nobody asked for         |
 * | `near-expected`   | it differs from what was expected by too little         |
 * | `too-few`         | too few of the latest records of its key were anomalies |
 * | `same-incident`   | its incident has been told                              |
 */
type Suppressed = 'other-direction' | 'near-expected' | 'too-few' | 'same-incident';

const calm: Verdict = { passes: false, incidents: [] };

/** Decides for one record after the other whether it is an anomaly to tell about. */
export class ScoreThreshold implements Keeping {
  readonly version: number;
  private readonly property: string;
  private readonly read: (item: RecordInMessage) => unknown;
  private readonly limits: Limits;
  private readonly keyOf: (item: RecordInMessage) => string;
  private readonly incidents: Incidents;
  private readonly readsAnomaly: boolean;
  private readonly ignored: Ignored | undefined;

  /**
   * @param owner what the ids of incidents are unique by: stable over restarts
   * @param clock milliseconds since the epoch, for records that carry no time of their own
   */
  constructor(
    private readonly settings: ThresholdSettings,
    owner: string,
    private readonly clock: () => number = Date.now,
  ) {
    this.property = settings.compare === 'severity' ? 'anomaly.severity' : settings.property;
    this.read = messageProperty(this.property);
    this.readsAnomaly = /^(msg\.)?anomaly(\.|$)/.test(this.property);
    this.limits = new Limits(generalLimit(settings), settings.overrides);
    this.keyOf = seriesKey(settings.keyFields);
    this.ignored = ignoredBy(settings);
    this.incidents = new Incidents(rulesOf(settings), settings.maxKeys, owner);
    this.version = this.incidents.version;
  }

  /** @throws RecordError when the property is missing or cannot be compared */
  judge(item: RecordInMessage): Verdict {
    const anomaly = anomalyOf(item);
    // A model that still learns says 0, which `<` would take for an anomaly.
    if (this.readsAnomaly && isObject(anomaly) && anomaly.warmup) return calm;
    const key = this.keyOf(item);
    const limit = this.limits.of(key);
    const seen = this.read(item);
    limit.require(this.property, seen);
    const held = limit.breaks(seen) ? this.heldBack(item, anomaly) : undefined;
    const { outcome, incidents } = this.incidents.see(key, {
      time: recordTime(item) ?? this.clock(),
      breaks: !held && limit.breaks(seen),
      isClear: held !== undefined || limit.isClear(seen),
      level: limit.level(seen),
      worse: limit.worse,
      lasting: limit.lasting,
    });
    if (outcome === 'told') return { passes: true, incidents };
    const suppressed = outcome === 'calm' ? held : outcome;
    return suppressed ? { passes: false, incidents, suppressed } : calm;
  }

  /** Ends every incident, or that of one key. */
  reset(key?: string): void {
    this.incidents.forget(key);
  }

  changes(): PartChange[] {
    return this.incidents.changes();
  }

  restore(parts: SavedParts, version: number): void {
    this.incidents.restore(parts, version);
  }

  /** Why a record that meets the condition is no anomaly all the same. */
  private heldBack(item: RecordInMessage, anomaly: unknown): Suppressed | undefined {
    if (!this.pointsTheRightWay(anomaly)) return 'other-direction';
    const expected = isObject(anomaly) ? anomaly.expected : undefined;
    return this.ignored && isNearExpected(item.record, expected, this.ignored) ? 'near-expected' : undefined;
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
}

function rulesOf(settings: ThresholdSettings): IncidentRules {
  const { cooldown, clearValue, overrides, breaches, outOf, escalateBy, tellEnd } = settings;
  const hasClearValue = clearValue !== '' || overrides.some((each) => each.clearValue !== '');
  return {
    grouped: cooldown > 0 || hasClearValue || escalateBy !== '' || tellEnd,
    cooldown,
    breaches,
    outOf,
    escalateBy,
    tellEnd,
  };
}

function ignoredBy(settings: ThresholdSettings): Ignored | undefined {
  const { ignoreAbove, ignoreBelow, ignoreAboveRatio, ignoreBelowRatio } = settings;
  if (ignoreAbove + ignoreBelow + ignoreAboveRatio + ignoreBelowRatio === 0) return undefined;
  return {
    above: ignoreAbove,
    below: ignoreBelow,
    aboveRatio: ignoreAboveRatio,
    belowRatio: ignoreBelowRatio,
  };
}
