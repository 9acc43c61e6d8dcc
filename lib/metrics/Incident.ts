import type { IncidentKind } from '../detection/feedback/likeness';
import type { ExpectedValue, Verdict } from '../detection/series/SeriesDetector';
import type { DimensionValues } from './dimensions';
import type { Group } from './Groups';
import type { Point } from './Point';

/** A series that an incident impacts, as it was when it was strangest. */
export interface Impact {
  readonly key: string;
  readonly dimensions: DimensionValues;
  /** start of the interval, ms since the epoch */
  readonly time: number;
  readonly value: number;
  readonly severity: number;
  readonly score: number;
  readonly direction: Verdict['direction'];
  readonly expected: ExpectedValue | undefined;
  /** intervals in a row without rows at last, when rows were to be expected; otherwise 0 */
  readonly silent: number;
  /** how far it was off in all its strange intervals together, in the measure's unit; 0 when nothing was expected */
  readonly deviation: number;
}

/** Strange series of one measure that are strange together. Times are starts of intervals, ms since the epoch. */
export interface Incident {
  readonly id: string;
  readonly measure: string;
  /** as it was when it began */
  readonly kind: IncidentKind;
  /** when it was first seen */
  readonly since: number;
  /** when what is strange began, as far as the detectors know */
  readonly onset: number;
  /** the last interval in which something was strange */
  readonly last: number;
  /** of all intervals so far */
  readonly severity: number;
  /** strange values so far, of all series */
  readonly count: number;
  /** intervals in a row in which nothing was strange */
  readonly quiet: number;
  readonly impacts: ReadonlyMap<string, Impact>;
  /** the group that was off furthest, and how far; undefined when it was single series only */
  readonly group?: { readonly name: string; readonly off: number };
}

/** What was strange in one interval. */
export interface Strange {
  readonly points: readonly Point[];
  readonly severity: number;
  /** undefined when there are no points */
  readonly kind?: IncidentKind;
  readonly group?: Group;
}

/** What has become of an incident. An update tells that it got worse. */
export interface IncidentEvent {
  readonly state: 'open' | 'update' | 'close';
  readonly incident: Incident;
}

/** The series of a strange point, with what is known of it before. */
function impactOf(point: Point, measure: string, time: number, before: Impact | undefined): Impact {
  const { key, dimensions, value, verdict } = point;
  const { severity, score, direction } = verdict;
  const expected = verdict.expected?.[measure];
  // Going back to 0 may be strange where 0 is usual; it is no outage.
  const silent = expected && value < expected.lower ? point.silent : 0;
  const off = (before?.deviation ?? 0) + (expected ? Math.abs(value - expected.value) : 0);
  const deviation = Math.min(Number.MAX_VALUE, off);
  if (before && before.severity >= severity) return { ...before, deviation, silent };
  return { key, dimensions, time, value, severity, score, direction, expected, silent, deviation };
}

/** An incident as it is after an interval in which these were strange. */
export function grown(
  before: Incident,
  time: number,
  { points, severity, group }: Strange,
  interval: number,
): Incident {
  const impacts = new Map(before.impacts);
  let { onset } = before;
  for (const point of points) {
    impacts.set(point.key, impactOf(point, before.measure, time, before.impacts.get(point.key)));
    onset = Math.min(onset, time - point.verdict.lag * interval);
  }
  return {
    ...before,
    onset,
    last: time,
    severity: Math.max(before.severity, severity),
    count: before.count + points.length,
    quiet: 0,
    impacts,
    ...furthest(before.group, group),
  };
}

function furthest(before: Incident['group'], group: Group | undefined): Pick<Incident, 'group'> {
  if (!group || (before && Math.abs(before.off) >= Math.abs(group.off))) return {};
  return { group: { name: group.name, off: group.off } };
}
