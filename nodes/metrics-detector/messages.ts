import type { Direction } from '../../lib/detection/explanation';
import type { Shape } from '../../lib/detection/series/Shape';
import { alertOf, directionOf, scoreOf, type Alert } from '../../lib/metrics/alert';
import type { Interval } from '../../lib/metrics/Interval';
import type { IncidentEvent } from '../../lib/metrics/Incident';
import type { Judgement, Point } from '../../lib/metrics/Point';
import type { ShardOrigin } from '../../lib/records/partitionOf';
import { forEachStep, type Steps } from '../../lib/steps/Steps';
import type { MetricsSettings } from './settings';
import type { Told } from './Watch';

/** What it takes to make the record of a point, see Steps. */
const perRecord = 0.05;

/** The message of an incident. Times in ms since the epoch. */
export interface IncidentMessage {
  readonly payload: Alert;
  /** the measure */
  readonly topic: string;
  /** end of the interval that brought it */
  readonly timestamp: number;
  readonly incident: {
    readonly id: string;
    readonly key: string;
    readonly state: IncidentEvent['state'];
    /** start of the first interval that told of it */
    readonly since: number;
    /** when what is strange began: before `since` where the detectors saw it late */
    readonly onset: number;
    /** start of the last interval in which something was strange, once it is closed */
    readonly until?: number;
    /** greatest severity so far */
    readonly peak: number;
    /** strange values so far */
    readonly count: number;
  };
  readonly anomaly: {
    readonly score: number;
    readonly severity: number;
    readonly isAnomaly: boolean;
    readonly direction?: Direction;
  };
  /** the shard that the rows came from, in a flow that several instances share */
  readonly kinesis?: ShardOrigin;
}

/** One series in one interval. */
export interface PointRecord {
  readonly measure: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** null when there is none */
  readonly value: number | null;
  /** start of the interval */
  readonly timestamp: number;
  readonly anomaly: Judgement;
  /** how the values of the series lie; left out while a silence goes on that was told */
  readonly shape?: Shape;
}

/** What an interval said of every series, as a batch. */
export interface PointsMessage {
  readonly payload: readonly PointRecord[];
  readonly timestamp: number;
  readonly window: { readonly start: number; readonly end: number };
  /** of each record the shard that its rows came from, in a flow that several instances share */
  readonly kinesis?: readonly ShardOrigin[];
}

export function alertFor(told: Told, { measures, dimensions }: MetricsSettings): Alert {
  const spec = measures.find(({ name }) => name === told.incident.measure)!;
  return alertOf(told, spec, dimensions, told.related);
}

/** @param timestamp of the message, ms since the epoch */
export function incidentMessage(told: Told, timestamp: number, settings: MetricsSettings): IncidentMessage {
  const { state, incident } = told;
  const { id, measure, since, onset, last, severity, count } = incident;
  const payload = alertFor(told, settings);
  const direction = directionOf(payload);
  return {
    payload,
    topic: measure,
    timestamp,
    incident: {
      id,
      key: measure,
      state,
      since,
      onset,
      ...(state === 'close' ? { until: last } : {}),
      peak: severity,
      count,
    },
    anomaly: {
      score: scoreOf(incident),
      severity,
      isAnomaly: state !== 'close',
      ...(direction ? { direction } : {}),
    },
  };
}

/** @param points of each measure, in their order */
export function* pointsMessage(
  { start, end }: Interval,
  points: readonly (readonly Point[])[],
  { measures, dimensions }: MetricsSettings,
): Steps<PointsMessage> {
  const payload: PointRecord[] = [];
  for (const [at, { name: measure }] of measures.entries()) {
    yield* forEachStep(points[at]!, perRecord, (point) => {
      const values = dimensions.map((dimension, place) => [dimension, point.dimensions[place]!]);
      payload.push({
        measure,
        // A dimension may be called `__proto__`; fromEntries makes it a property like any other.
        dimensions: Object.fromEntries(values) as Record<string, string>,
        value: Number.isNaN(point.value) ? null : point.value,
        timestamp: start,
        anomaly: point.verdict,
        ...(point.shape ? { shape: point.shape } : {}),
      });
    });
  }
  return { payload, timestamp: end, window: { start, end } };
}
