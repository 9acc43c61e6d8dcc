import type { Alert, RelevantSeries } from './alert';
import type { Relation } from './Causes';

/** Characters of one text message to a phone. */
const mostCharacters = 160;
/** Series that a long text describes; it counts the others. */
const mostSeries = 10;
/** Less than this part of a number is what running means leave of nothing. */
const nothing = 1e-9;

type Told = Omit<Alert, 'text'>;

const headings = { open: 'Anomaly', update: 'Anomaly worse', close: 'Anomaly over' } as const;

/** What a phone shows: at most 160 characters. */
export function shortText({ state, anomalyScore, impactedMetric }: Told): string {
  const { metricName, relevantTimeSeries } = impactedMetric;
  const [first] = relevantTimeSeries;
  const others = relevantTimeSeries.length - 1;
  const end = others > 0 ? ` and ${others} more` : '';
  const text = `${headings[state]}: ${metricName}, severity ${anomalyScore}${first ? `: ${briefly(first)}` : ''}`;
  return text.length + end.length <= mostCharacters
    ? text + end
    : `${cut(text, mostCharacters - end.length - 1)}…${end}`;
}

/** The beginning of a text, without half of a character that takes two places. */
function cut(text: string, length: number): string {
  return text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
}

/** What a mail says. */
export function longText(alert: Told): string {
  const { state, incidentId, anomalyScore, timestamp, lastTimestamp, startTimestamp, impactedMetric } = alert;
  const { metricName, aggregation, dimensionContribution, relevantTimeSeries } = impactedMetric;
  const more = relevantTimeSeries.length - mostSeries;
  const lines = [
    `${headings[state]}: ${metricName} (${aggregation}), severity ${anomalyScore} of 100`,
    `Since ${startTimestamp}${startTimestamp < timestamp ? `, found ${timestamp}` : ''}, last seen ${lastTimestamp}`,
    '',
    `Impacted series: ${relevantTimeSeries.length}`,
    ...relevantTimeSeries.slice(0, mostSeries).map((series) => `- ${briefly(series)}; ${shareOf(series)}`),
    ...(more > 0 ? [`- and ${more} more`] : []),
  ];
  for (const { dimensionName, dimensionValueContributions } of dimensionContribution) {
    const values = dimensionValueContributions.slice(0, mostSeries);
    const shares = values.map(({ dimensionValue, contribution }) => `${dimensionValue} ${contribution} %`);
    lines.push(`By ${dimensionName}: ${shares.join(', ')}`);
  }
  if (alert.relatedMetrics.length > 0) lines.push('', ...alert.relatedMetrics.map(relationText));
  return [...lines, '', `Incident ${incidentId}`].join('\n');
}

function briefly({ dimensions, metricValue, expectedValue, direction, ...more }: RelevantSeries): string {
  const where = dimensions.map(({ dimensionName, dimensionValue }) => `${dimensionName} ${dimensionValue}`);
  const side = direction ? `${direction} ` : '';
  const usual = expectedValue === undefined ? '' : ` instead of ${shown(expectedValue, metricValue)}`;
  const silence = more.intervalsWithoutRows ? ' (no rows)' : '';
  return [...where, `${side}${shown(metricValue, expectedValue)}${usual}${silence}`].join(', ');
}

function shareOf({ contribution, severity }: RelevantSeries): string {
  return `${contribution} % of it, severity ${severity}`;
}

function relationText({ measure, relation, lead, shared, before }: Relation): string {
  const order =
    lead === 0
      ? 'began in the same interval'
      : `began ${Math.abs(lead)} ${Math.abs(lead) === 1 ? 'interval' : 'intervals'} ${lead > 0 ? 'before' : 'after'}`;
  const past = `earlier: ${before.together} times together, ${before.led} times first`;
  const what =
    relation === 'unknown' ? `${measure}, relation unknown` : `${measure}, possibly the ${relation}`;
  return `Related: ${what}: ${order} in ${shared} of the same series (${past})`;
}

/** Four significant digits, without a trail of zeros; 0 where it is nothing against the number that it stands beside. */
function shown(value: number, beside = 0): string {
  return Math.abs(value) < nothing * Math.abs(beside) ? '0' : String(Number(value.toPrecision(4)));
}
