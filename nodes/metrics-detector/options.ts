/** What the settings mean to the parts of the node. */
import { createHash } from 'node:crypto';
import { LocalClock } from '../../lib/detection/calendar/LocalClock';
import type { Feedback } from '../../lib/detection/feedback/Feedback';
import type { DetectorOptions } from '../../lib/detection/series/SeriesDetector';
import type { CubeOptions } from '../../lib/metrics/Cube';
import type { GroupRules } from '../../lib/metrics/Groups';
import { kindOf } from '../../lib/metrics/incidentKind';
import type { IncidentRules } from '../../lib/metrics/Incidents';
import { intervalOf, learningOf, units, type MetricsSettings } from './settings';

/** intervals of a series that wait for rows at a time, on average at most */
const openEach = 100;

export function cubeOptions(settings: MetricsSettings): CubeOptions {
  const {
    measures,
    dimensions,
    filters,
    timeField,
    timeFormat,
    idleTimeout,
    maxAhead,
    missing,
    keyExpiry,
    retireAfter,
    maxSeries,
  } = settings;
  const interval = intervalOf(settings);
  return {
    measures,
    dimensions,
    filters,
    interval,
    // When clocks are set back an hour comes twice, which shorter intervals must not.
    clock: LocalClock.in(interval === units.d ? settings.timeZone : 'UTC'),
    timeField,
    timeFormat,
    offset: settings.offset * 1000,
    idleTimeout,
    maxAhead,
    silence: missing === 'zero' || missing === 'skip' ? missing : 'missing',
    expiry: keyExpiry,
    retireAfter,
    maxSeries,
    maxOpen: maxSeries * openEach,
  };
}

export function detectorOptions(settings: MetricsSettings): Omit<DetectorOptions, 'names'> {
  const { timeZone, detector: size, seed, missing, direction } = settings;
  return {
    timeZone,
    interval: intervalOf(settings),
    size,
    seed,
    missing,
    direction,
    learnFor: learningOf(settings),
  };
}

export function groupRules(settings: MetricsSettings): GroupRules {
  const { dimensions, direction, judge, retireAfter } = settings;
  return {
    dimensions: dimensions.length,
    direction,
    jointly: judge === 'together',
    patience: retireAfter * intervalOf(settings),
  };
}

/**
 * @param sender tells this node's incidents from those of others
 * @param feedback what people said of incidents
 */
export function incidentRules(
  settings: MetricsSettings,
  sender: string,
  feedback: Pick<Feedback, 'adjust'>,
): IncidentRules {
  const { threshold, closeAfter, judge, dimensions } = settings;
  return {
    threshold,
    closeAfter,
    jointly: judge === 'together',
    interval: intervalOf(settings),
    idOf: (measure, since) =>
      createHash('sha256')
        .update(JSON.stringify([sender, measure, since]))
        .digest('hex')
        .slice(0, 32),
    kindOf: (measure, points, time) => kindOf(measure, dimensions, points, time),
    adjust: (severity, kind) => feedback.adjust(severity, kind),
  };
}
