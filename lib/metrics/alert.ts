import type { Direction } from '../detection/explanation';
import type { Relation } from './Causes';
import { contributionsOf, sharesOf, toOneDecimal, type DimensionContribution } from './contributions';
import type { Impact, Incident, IncidentEvent } from './Incident';
import type { MeasureFunction, MeasureSpec } from './measureSpec';
import { longText, shortText } from './texts';

/** One impacted series, in an alert. */
export interface RelevantSeries {
  readonly timeSeriesId: string;
  readonly dimensions: readonly { readonly dimensionName: string; readonly dimensionValue: string }[];
  readonly metricValue: number;
  readonly expectedValue?: number;
  /** the usual lies between the two */
  readonly expectedLower?: number;
  readonly expectedUpper?: number;
  readonly direction?: Direction;
  readonly severity: number;
  /** percent of the incident, to one decimal; those of all series sum to 100 */
  readonly contribution: number;
  /** intervals in a row that it has had no rows; left out when it has */
  readonly intervalsWithoutRows?: number;
  /** ISO 8601: the interval in which it was strangest */
  readonly timestamp: string;
}

/** What is said of an incident: the payload of its messages. */
export interface Alert {
  readonly state: IncidentEvent['state'];
  readonly incidentId: string;
  /** severity of the incident so far, 0 to 100 */
  readonly anomalyScore: number;
  /** ISO 8601: start of the first interval, and of the last strange one */
  readonly timestamp: string;
  readonly lastTimestamp: string;
  /** ISO 8601: when what is strange began: before `timestamp` where the detectors saw it late */
  readonly startTimestamp: string;
  readonly impactedMetric: {
    readonly metricName: string;
    readonly aggregation: MeasureFunction;
    readonly dimensionContribution: readonly DimensionContribution[];
    /** all of them, the one with the greatest share first */
    readonly relevantTimeSeries: readonly RelevantSeries[];
  };
  readonly relatedMetrics: readonly Relation[];
  readonly text: { readonly short: string; readonly long: string };
}

export function alertOf(
  { state, incident }: IncidentEvent,
  { name, fn }: MeasureSpec,
  dimensions: readonly string[],
  relatedMetrics: readonly Relation[],
): Alert {
  const impacts = [...incident.impacts.values()];
  const shares = sharesOf(impacts);
  const contributions = toOneDecimal(shares);
  const relevantTimeSeries = impacts
    .map((impact, index) => seriesOf(impact, dimensions, contributions[index]!))
    .sort((a, b) => b.contribution - a.contribution || (a.timeSeriesId < b.timeSeriesId ? -1 : 1));
  const alert: Omit<Alert, 'text'> = {
    state,
    incidentId: incident.id,
    anomalyScore: incident.severity,
    timestamp: iso(incident.since),
    lastTimestamp: iso(incident.last),
    startTimestamp: iso(incident.onset),
    impactedMetric: {
      metricName: name,
      aggregation: fn,
      dimensionContribution: contributionsOf(dimensions, impacts, shares),
      relevantTimeSeries,
    },
    relatedMetrics,
  };
  return { ...alert, text: { short: shortText(alert), long: longText(alert) } };
}

/** The direction of the series with the greatest share. */
export function directionOf({ impactedMetric }: Alert): Direction | undefined {
  return impactedMetric.relevantTimeSeries[0]?.direction;
}

/** The greatest score of its series. */
export function scoreOf({ impacts }: Incident): number {
  let most = 0;
  for (const { score } of impacts.values()) most = Math.max(most, score);
  return most;
}

function seriesOf(impact: Impact, dimensions: readonly string[], contribution: number): RelevantSeries {
  const { key, value, expected, direction, severity, silent, time } = impact;
  return {
    timeSeriesId: key,
    dimensions: dimensions.map((dimensionName, at) => ({
      dimensionName,
      dimensionValue: impact.dimensions[at]!,
    })),
    metricValue: value,
    ...(expected
      ? { expectedValue: expected.value, expectedLower: expected.lower, expectedUpper: expected.upper }
      : {}),
    ...(direction ? { direction } : {}),
    severity,
    contribution,
    ...(silent ? { intervalsWithoutRows: silent } : {}),
    timestamp: iso(time),
  };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
