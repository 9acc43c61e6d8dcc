import type { IncidentKind } from '../detection/feedback/likeness';
import type { ExpectedValue, Verdict } from '../detection/series/SeriesDetector';
import type { DimensionValues } from './dimensions';
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
  /** intervals in a row without rows that it was strange at last; 0 when it had rows then */
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
}

/** What has become of an incident. An update tells that it got worse. */
export interface IncidentEvent {
  readonly state: 'open' | 'update' | 'close';
  readonly incident: Incident;
}

/** The series of a strange point, with what is known of it before. */
export function impactOf(point: Point, measure: string, time: number, before: Impact | undefined): Impact {
  const { key, dimensions, silent, value, verdict } = point;
  const { severity, score, direction } = verdict;
  const expected = verdict.expected?.[measure];
  const off = (before?.deviation ?? 0) + (expected ? Math.abs(value - expected.value) : 0);
  const deviation = Math.min(Number.MAX_VALUE, off);
  if (before && before.severity >= severity) return { ...before, deviation, silent };
  return { key, dimensions, time, value, severity, score, direction, expected, silent, deviation };
}
