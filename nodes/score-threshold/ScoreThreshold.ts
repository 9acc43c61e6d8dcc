import type { Keeping, PartChange, SavedParts } from '../../lib/delivery/checkpoint/Keeping';
import { Routes } from '../../lib/delivery/checkpoint/Routes';
import { isObject } from '../../lib/records/batch';
import { compileCondition, type Condition } from '../../lib/records/condition';
import { anomalyOf, messageProperty, type RecordInMessage } from '../../lib/records/messageProperty';
import { RecordError } from '../../lib/records/RecordError';
import { recordTime } from '../../lib/records/recordTime';
import { seriesKey } from '../../lib/records/seriesKey';
import { Incidents } from '../../lib/detection/Incidents';
import type { ThresholdSettings } from './settings';

/** Why a record passed or stayed back. Only 'anomaly' passes. */
export type Verdict = 'anomaly' | 'normal' | 'learning' | 'other-direction' | 'same-incident';

/** Decides for one record after the other whether it is an anomaly to tell about. */
export class ScoreThreshold implements Keeping {
  readonly version = 1;
  private readonly read: (item: RecordInMessage) => unknown;
  private readonly condition: Condition;
  private readonly keyOf: (item: RecordInMessage) => string;
  private readonly incidents: Incidents;
  private readonly readsAnomaly: boolean;
  private readonly routes: Routes;

  /**
   * @param clock milliseconds since the epoch, for records that carry no time of their own
   * @param scope see States
   */
  constructor(
    private readonly settings: ThresholdSettings,
    private readonly clock: () => number = Date.now,
    scope = '',
  ) {
    this.routes = new Routes(scope);
    this.read = messageProperty(settings.property);
    this.readsAnomaly = /^(msg\.)?anomaly(\.|$)/.test(settings.property);
    this.condition = compileCondition(settings.operator, settings.value);
    this.keyOf = seriesKey(settings.keyFields);
    this.incidents = new Incidents(settings.cooldown, settings.maxKeys);
  }

  /** @throws RecordError when the property is missing or cannot be compared */
  judge(item: RecordInMessage): Verdict {
    const anomaly = anomalyOf(item);
    // A model that still learns says 0, which `<` would take for an anomaly.
    if (this.readsAnomaly && isObject(anomaly) && anomaly.warmup) return 'learning';
    if (!this.exceeds(item)) return 'normal';
    if (!this.pointsTheRightWay(anomaly)) return 'other-direction';
    const key = this.keyOf(item);
    const isNew = this.incidents.isNew(key, recordTime(item) ?? this.clock());
    this.routes.note(key, item);
    return isNew ? 'anomaly' : 'same-incident';
  }

  /** Ends every incident, or that of one key. */
  reset(key?: string): void {
    this.incidents.forget(key);
  }

  changes(): PartChange[] {
    return this.routes.addTo(this.incidents.changes());
  }

  restore(parts: SavedParts, version: number): void {
    if (version !== this.version) {
      throw new Error(`the saved incidents must be of version ${this.version}, got ${version}`);
    }
    this.incidents.restore(parts);
    this.routes.restore(parts);
  }

  private exceeds(item: RecordInMessage): boolean {
    const { property, operator } = this.settings;
    const seen = this.read(item);
    if ((seen === undefined || seen === null) && operator !== 'exists' && operator !== '!=') {
      throw new RecordError(property, seen, `present to be compared with ${operator}`);
    }
    if (operator.startsWith('<') || operator.startsWith('>')) {
      if (Number.isNaN(Number(seen)) || typeof seen === 'object')
        throw new RecordError(property, seen, 'a number');
    }
    return this.condition(seen);
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
