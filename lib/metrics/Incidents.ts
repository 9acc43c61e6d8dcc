import { anomalySeverity } from '../detection/Severity';
import type { IncidentKind } from '../detection/feedback/likeness';
import { offOf } from './deviations';
import type { Group, GroupsSeen } from './Groups';
import { grown, type Impact, type Incident, type IncidentEvent, type Strange } from './Incident';
import type { Point } from './Point';
import { lastingPart, stillOff } from './lasting';
import { packed, together, unpacked, type SavedIncident } from './savedIncident';
import { jointSeverity } from './severity';

export interface IncidentRules {
  /** from which severity on there is an incident, 0 to 100 */
  readonly threshold: number;
  /** quiet intervals in a row after which it is over */
  readonly closeAfter: number;
  /** whether the number of the series that are watched counts, see jointSeverity */
  readonly jointly: boolean;
  /** length of an interval, ms */
  readonly interval: number;
  /** @param since its first interval's start, ms since the epoch */
  idOf(measure: string, since: number): string;
  /** by what an incident is compared with others */
  kindOf(measure: string, points: readonly Point[], time: number): IncidentKind;
  /** what a severity becomes by what people said of incidents of the kind */
  adjust(severity: number, kind: IncidentKind): number;
}

/** By how much an incident must get more severe to be told again. */
const worse = 5;

/** The incidents of a cube, one at a time for each measure. */
export class Incidents {
  private readonly open = new Map<string, Incident>();
  private readonly changed = new Set<string>();
  /** those that an open one of their measure goes on for, until they are told to be closed */
  private readonly absorbed = new Map<string, Incident[]>();
  /** what was last told of the open ones */
  private readonly told = new Map<string, { severity: number; series: number }>();

  constructor(private readonly rules: IncidentRules) {}

  /** The incidents that are going on. */
  get current(): readonly Incident[] {
    return [...this.open.values()];
  }

  /** How an incident of the measure that goes on impacts a series; undefined when none does. */
  impactOn(measure: string, key: string): Impact | undefined {
    return this.open.get(measure)?.impacts.get(key);
  }

  /**
   * Takes in what one interval said of all series of a measure.
   * @param time start of the interval, ms since the epoch
   * @param points of the series that were judged
   * @param groups of them
   */
  judge(
    measure: string,
    time: number,
    points: readonly Point[],
    groups?: GroupsSeen,
  ): IncidentEvent | undefined {
    const before = this.open.get(measure);
    const single = this.strangeOf(measure, time, before, points);
    const group = groups && groupIn(groups, before);
    const strange = group ? this.joined(measure, time, before, single, group) : single;
    const { kind, severity } = strange;
    const matters = kind !== undefined && severity >= this.rules.threshold;
    if (!before) return matters ? this.begin(measure, time, strange, kind) : undefined;
    this.changed.add(measure);
    if (!matters) return this.goOn(before, time, points);
    const incident = grown(before, time, strange, this.rules.interval);
    this.open.set(measure, incident);
    const told = this.told.get(measure)!;
    const isWorse = incident.severity >= told.severity + worse || incident.impacts.size > told.series;
    return isWorse ? this.tell('update', incident) : undefined;
  }

  /**
   * Closes the incidents that became one with another of their measure when partitions were merged: people were told of
   * both, and only one goes on.
   */
  closeAbsorbed(): IncidentEvent[] {
    const closed = [...this.absorbed.values()].flat();
    for (const measure of this.absorbed.keys()) this.changed.add(measure);
    this.absorbed.clear();
    return closed.map((incident) => ({ state: 'close', incident }));
  }

  /** Forgets a series, which may end incidents; without a key it forgets all of them. Nothing is told. */
  forget(key?: string): void {
    for (const [measure, incident] of this.open) {
      const impacts = new Map(incident.impacts);
      if (key !== undefined && !impacts.delete(key)) continue;
      this.changed.add(measure);
      if (key === undefined || impacts.size === 0) this.drop(measure);
      else this.open.set(measure, { ...incident, impacts });
    }
  }

  /** The measures whose incident has changed since the last call, with the incident and what was told of it. */
  takeChanges(): [measure: string, saved: SavedIncident | undefined][] {
    const changes = [...this.changed].map((measure): [string, SavedIncident | undefined] => {
      const incident = this.open.get(measure);
      if (!incident) return [measure, undefined];
      const absorbed = this.absorbed.get(measure)?.map(packed);
      const told = this.told.get(measure)!;
      return [measure, { ...packed(incident), told, ...(absorbed ? { absorbed } : {}) }];
    });
    this.changed.clear();
    return changes;
  }

  /** Goes on from there, and from that alone. Several of a measure are those of partitions that a merge has made one. */
  load(saved: Iterable<SavedIncident>): void {
    for (const map of [this.open, this.told, this.changed, this.absorbed]) map.clear();
    for (const { told, absorbed, ...each } of saved) {
      const { measure } = each;
      const incident = unpacked(each);
      const known = this.open.get(measure);
      this.open.set(measure, known ? together(known, incident) : incident);
      if (!known) this.told.set(measure, told);
      else this.changed.add(measure);
      // Where both children of a split have it, it is one.
      const other = known && known.id !== incident.id ? [incident] : [];
      const others = [...other, ...(absorbed ?? []).map(unpacked)];
      if (others.length > 0) this.absorbed.set(measure, [...(this.absorbed.get(measure) ?? []), ...others]);
    }
  }

  /**
   * The points that belong to an incident, and how severe they are together: all strange ones, or if those are no more than
   * come by chance, those of series that the incident has impacted before.
   */
  private strangeOf(
    measure: string,
    time: number,
    before: Incident | undefined,
    points: readonly Point[],
  ): Strange {
    const least = strangeFrom(this.rules);
    const severe = points.filter(({ verdict }) => verdict.severity >= least);
    const strange = severe.filter(({ key, verdict }) =>
      isStrange(verdict, before?.impacts.has(key) ?? false),
    );
    const all = this.together(measure, time, strange, points.length);
    if (all.severity >= this.rules.threshold || !before) return all;
    const again = strange.filter(({ key }) => before.impacts.has(key));
    return this.together(measure, time, again, before.impacts.size);
  }

  /** The strange series, and those of a group. */
  private joined(
    measure: string,
    time: number,
    before: Incident | undefined,
    single: Strange,
    group: Group,
  ): Strange {
    const byKey = new Map([...group.points, ...single.points].map((point) => [point.key, point]));
    const points = [...byKey.values()];
    if (points.length === 0) return single;
    const kind = { ...this.rules.kindOf(measure, points, time), size: Math.abs(group.off) };
    const severity = Math.max(single.severity, this.rules.adjust(group.severity, before?.kind ?? kind));
    return { points, kind, severity, group };
  }

  private together(measure: string, time: number, points: readonly Point[], watched: number): Strange {
    if (points.length === 0) return calm;
    const strange = points.map((point) => ({
      severity: point.verdict.severity,
      off: Math.abs(offOf(point, measure) ?? 0),
    }));
    const joint = jointSeverity(strange, this.rules.jointly ? watched : 1);
    const kind = this.rules.kindOf(measure, points, time);
    return { points, kind, severity: this.rules.adjust(joint, kind) };
  }

  private begin(measure: string, time: number, strange: Strange, kind: IncidentKind): IncidentEvent {
    const { interval } = this.rules;
    const fresh: Incident = {
      id: this.rules.idOf(measure, time),
      measure,
      kind,
      since: time,
      onset: time,
      last: time,
      severity: 0,
      count: 0,
      quiet: 0,
      impacts: new Map(),
    };
    const incident = grown(fresh, time, strange, interval);
    this.open.set(measure, incident);
    this.changed.add(measure);
    return this.tell('open', incident);
  }

  /** Nothing new is strange, but what was may still be as far off. */
  private goOn(before: Incident, time: number, points: readonly Point[]): IncidentEvent | undefined {
    const still = stillOff(before, points);
    if (still.length === 0) return this.calm(before);
    this.open.set(before.measure, grown(before, time, { points: still, severity: 0 }, this.rules.interval));
    return undefined;
  }

  private calm(before: Incident): IncidentEvent | undefined {
    const incident = { ...before, quiet: before.quiet + 1 };
    if (incident.quiet < this.rules.closeAfter) {
      this.open.set(incident.measure, incident);
      return undefined;
    }
    this.drop(incident.measure);
    return { state: 'close', incident };
  }

  private drop(measure: string): void {
    this.open.delete(measure);
    this.told.delete(measure);
    this.absorbed.delete(measure);
  }

  private tell(state: 'open' | 'update', incident: Incident): IncidentEvent {
    this.told.set(incident.measure, { severity: incident.severity, series: incident.impacts.size });
    return { state, incident };
  }
}

/** The severity from which on a single series counts as strange. */
export function strangeFrom({ threshold }: Pick<IncidentRules, 'threshold'>): number {
  return Math.min(threshold, anomalySeverity);
}

const calm: Strange = { points: [], severity: 0 };

/** What goes on has been told, so that it makes no incident, but it keeps the one alive that told it. */
function isStrange({ suppressed }: Point['verdict'], isImpacted: boolean): boolean {
  return suppressed === undefined || (suppressed === 'same-run' && isImpacted);
}

/** The group that is strange, or that an incident is about that goes on: as long as it is off half as far as it was. */
function groupIn({ strange, of }: GroupsSeen, before: Incident | undefined): Group | undefined {
  if (strange || !before?.group) return strange;
  const group = of(before.group.name);
  const goesOn = group && group.off / before.group.off >= lastingPart;
  return goesOn ? { ...group, severity: before.severity } : undefined;
}
