import type { Keeping, PartChange, SavedParts } from '../../lib/delivery/checkpoint/Keeping';
import { Routes } from '../../lib/delivery/checkpoint/Routes';
import type { Incident, IncidentRules } from '../../lib/detection/alarms/Incident';
import { Incidents } from '../../lib/detection/alarms/Incidents';
import { Limits } from '../../lib/detection/alarms/Limits';
import { partName } from '../../lib/detection/alarms/savedState';
import { isObject } from '../../lib/records/batch';
import { anomalyOf, messageProperty, type RecordInMessage } from '../../lib/records/messageProperty';
import { statedTime } from '../../lib/records/recordTime';
import { seriesKey } from '../../lib/records/seriesKey';
import { timeOf } from '../../lib/windows/timeOf';
import { Opinions } from './Opinions';
import { Objections, type KnownEvents, type Objection } from './Objections';
import { generalLimit, type ThresholdSettings } from './settings';

/**
 * Why a record that met the condition stays back:
 *
 * | reason            |                                                         |
 * | ----------------- | ------------------------------------------------------- |
 * | `other-direction` | it stands out on the side that nobody asked for         |
 * | `near-expected`   | it differs from what was expected by too little         |
 * | `calendar: …`     | the calendar's event of that name was on                |
 * | `feedback`        | others like it were marked not relevant                 |
 * | `too-few`         | too few of the latest records of its key were anomalies |
 * | `same-incident`   | its incident has been told                              |
 */
type Suppressed = Objection['reason'] | 'feedback' | 'too-few' | 'same-incident';

/** What becomes of a record. */
export interface Verdict {
  readonly passes: boolean;
  /** what it changes about incidents, a message each; none where anomalies are told one by one */
  readonly incidents: readonly Incident[];
  readonly suppressed?: Suppressed;
}

/** What a threshold has beside its settings. */
export interface Surroundings {
  /** what the ids of incidents are unique by: stable over restarts */
  readonly owner: string;
  /** of the state, see States; all of it, if left out */
  readonly scope?: string;
  readonly events: KnownEvents;
  /** milliseconds since the epoch, for records that carry no time of their own; the machine's, if left out */
  readonly clock?: () => number;
}

const calm: Verdict = { passes: false, incidents: [] };

/** Decides for one record after the other whether it is an anomaly to tell about. */
export class ScoreThreshold implements Keeping {
  readonly version: number;
  private readonly property: string;
  private readonly read: (item: RecordInMessage) => unknown;
  private readonly readsAnomaly: boolean;
  private readonly keyOf: (item: RecordInMessage) => string;
  private readonly limits: Limits;
  private readonly objections: Objections;
  /** none where it is not to learn from feedback */
  readonly opinions: Opinions | undefined;
  private readonly incidents: Incidents;
  private readonly routes: Routes;
  private readonly clock: () => number;

  constructor(settings: ThresholdSettings, { owner, scope = '', events, clock = Date.now }: Surroundings) {
    this.routes = new Routes(scope);
    this.property = settings.compare === 'severity' ? 'anomaly.severity' : settings.property;
    this.read = messageProperty(this.property);
    this.readsAnomaly = /^(msg\.)?anomaly(\.|$)/.test(this.property);
    this.keyOf = seriesKey(settings.keyFields);
    this.limits = new Limits(generalLimit(settings), settings.overrides);
    this.objections = new Objections(settings, events);
    this.opinions = settings.feedback ? new Opinions(settings) : undefined;
    this.incidents = new Incidents(rulesOf(settings), settings.maxKeys, owner);
    this.version = this.incidents.version;
    this.clock = clock;
  }

  /** @throws RecordError when the property is missing or cannot be compared, or the record's time is none */
  judge(item: RecordInMessage): Verdict {
    const anomaly = anomalyOf(item);
    // A model that still learns, or a record without a value, has 0: neither an anomaly to `<` nor the end of one to `>`.
    if (this.readsAnomaly && isObject(anomaly) && (anomaly.warmup || anomaly.missing !== undefined))
      return calm;
    const key = this.keyOf(item);
    const limit = this.limits.of(key);
    const raw = this.read(item);
    limit.require(this.property, raw);
    const meets = limit.breaks(raw);
    if (!meets && !this.opinions && !this.incidents.knows(key)) return calm;

    const time = this.timeOf(item);
    const kind = this.opinions?.kindOf(item, key, time, raw);
    const factor = kind ? this.opinions?.factorFor(kind) : undefined;
    const isSilenced = factor === 0;
    const seen = factor ? this.opinions?.weigh(raw, limit, factor) : raw;
    const breaks = !isSilenced && limit.breaks(seen);
    const objection = breaks ? this.objections.to({ item, key, time, limit, seen }) : undefined;
    const { outcome, incidents } = this.incidents.see(key, {
      time,
      breaks: breaks && !objection,
      isClear: objection?.isCalm ?? (isSilenced || limit.isClear(seen)),
      level: limit.level(seen),
      worse: limit.worse,
      lasting: limit.lasting,
    });
    this.routes.note(partName(key), item);
    if (kind) this.opinions?.tell(incidents, kind);
    if (outcome === 'told') return { passes: true, incidents };
    const heldBack = objection?.reason ?? (meets && !breaks ? 'feedback' : undefined);
    const suppressed = outcome === 'calm' ? heldBack : outcome;
    return suppressed ? { passes: false, incidents, suppressed } : calm;
  }

  /** Many records carry their time as text, which the time of arrival must not stand in for unnoticed. */
  private timeOf(item: RecordInMessage): number {
    const stated = statedTime(item);
    if (stated === undefined) return this.clock();
    return timeOf(stated, typeof stated === 'number' ? 'ms' : 'iso', 'timestamp');
  }

  /** Ends every incident, or that of one key. */
  reset(key?: string): void {
    this.incidents.forget(key);
  }

  changes(): PartChange[] {
    return this.routes.addTo([...this.incidents.changes(), ...(this.opinions?.changes() ?? [])]);
  }

  restore(parts: SavedParts, version: number): void {
    this.incidents.restore(parts, version);
    // A part of an older version is that of a key, whatever its name.
    this.opinions?.restore(version === this.version ? parts : new Map());
    this.routes.restore(parts);
  }
}

function rulesOf(settings: ThresholdSettings): IncidentRules {
  const { cooldown, clearValue, overrides, breaches, outOf, escalateBy, tellEnd, feedback } = settings;
  const hasClearValue = clearValue !== '' || overrides.some((each) => each.clearValue !== '');
  return {
    grouped: cooldown > 0 || hasClearValue || escalateBy !== '' || tellEnd || feedback,
    cooldown,
    breaches,
    outOf,
    escalateBy,
    tellEnd,
  };
}
