import { anomalySeverity } from '../../lib/detection/Severity';
import { eventLines, timeZone } from '../../lib/detection/calendar/calendarSettings';
import { measureFunctions, type MeasureSpec } from '../../lib/metrics/measureSpec';
import { describeValue } from '../../lib/records/describeValue';
import {
  checked,
  choice,
  integer,
  list,
  number,
  object,
  optionalNumber,
  text,
} from '../../lib/settings/fields';
import { SettingError } from '../../lib/settings/SettingError';
import { defineSettings, type SettingsOf } from '../../lib/settings/Settings';
import { timeFormats } from '../../lib/windows/timeOf';

/** Milliseconds in each unit. */
export const units = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
export type Unit = keyof typeof units;

const year = 366 * units.d;

const measure = checked(
  object({
    name: text({ required: true }),
    fn: choice(measureFunctions, 'SUM'),
    field: text(),
  }),
  ({ fn, field }) => {
    if (fn !== 'COUNT' && field === '') throw new SettingError('required', {}, 'field');
  },
);

const filter = object({
  dimension: text({ required: true }),
  values: list(text({ required: true }), { min: 1, max: 1000 }),
});

/** intervals; the detectors judge nothing of the first 100 */
const learnFor = { min: 100, max: 1_000_000 };

const countAll: MeasureSpec = { name: 'count', fn: 'COUNT', field: '' };

export const settings = defineSettings(
  {
    mode: choice(['live', 'backtest'], 'live'),
    measures: list(measure, { default: [countAll], min: 1, max: 20 }),
    dimensions: list(text({ required: true }), { max: 10 }),
    filters: list(filter, { max: 100 }),
    size: integer({ default: 5, min: 1, max: 1440 }),
    unit: choice(Object.keys(units) as Unit[], 'm'),
    timeField: text(),
    timeFormat: choice(timeFormats, 'auto'),
    timeZone,
    /** s */
    offset: number({ default: 0, min: 0, max: 86_400 }),
    /** ms */
    idleTimeout: integer({ default: 60_000, min: 0, max: year }),
    maxAhead: integer({ default: units.h, min: 0, max: 100 * year }),
    missing: choice(['zero', 'skip', 'previous', 'linear', 'expected', 'forest'], 'zero'),
    /** intervals in a row without rows */
    keyExpiry: integer({ default: 100, min: 1, max: 100_000 }),
    retireAfter: integer({ default: 10_000, min: 1, max: 10_000_000 }),
    detector: choice(['compact', 'full'], 'compact'),
    direction: choice(['both', 'high', 'low'], 'both'),
    seed: integer({ default: 42, min: 0, max: 2 ** 32 - 1 }),
    threshold: number({ default: anomalySeverity, min: 1, max: 100 }),
    /** intervals; '' for as many as `learningOf` says */
    learnFor: checked(optionalNumber(learnFor), (value) => {
      if (value === '' || Number.isInteger(value)) return;
      throw new SettingError('integer', { ...learnFor, seen: value });
    }),
    judge: choice(['together', 'each'], 'together'),
    closeAfter: integer({ default: 2, min: 1, max: 1000 }),
    alertFilters: list(filter, { max: 100 }),
    calendar: eventLines,
    /** an iCalendar file, or one of lines like those of `calendar` */
    calendarFile: text(),
    /** percent of the time that a backtest learns from */
    learnShare: integer({ default: 70, min: 10, max: 95 }),
    labelField: text(),
    maxSeries: integer({ default: 50_000, min: 1, max: 1_000_000 }),
    /** of the models in memory, MB (10^6 bytes) */
    maxMemory: integer({ default: 1000, min: 1, max: 1_000_000 }),
  },
  ({ size, unit }) => {
    const longest = units.d / units[unit];
    if (size > longest) throw new SettingError('integer', { min: 1, max: longest, seen: size }, 'size');
  },
  ({ measures }) => {
    checkTwice(
      measures.map(({ name }) => name),
      (at) => `measures[${at}].name`,
    );
  },
  ({ dimensions }) => checkTwice(dimensions, (at) => `dimensions[${at}]`),
  ({ alertFilters, dimensions }) => {
    alertFilters.forEach(({ dimension }, at) => {
      if (dimensions.includes(dimension)) return;
      const choices = dimensions.join(', ');
      throw new SettingError(
        'choice',
        { choices, seen: describeValue(dimension) },
        `alertFilters[${at}].dimension`,
      );
    });
  },
);

export type MetricsSettings = SettingsOf<typeof settings>;

/** Length of an interval, ms. */
export function intervalOf({ size, unit }: Pick<MetricsSettings, 'size' | 'unit'>): number {
  return size * units[unit];
}

/** Where nothing else is said. */
const usualLearning = { intervals: 300, time: 14 * units.d };

/**
 * Intervals that a series learns before it makes incidents. Lookout for Metrics learned for as long: for 300 intervals of up to an
 * hour, of which these hold a weekend and half of another, and for 14 days.
 */
export function learningOf(settings: MetricsSettings): number {
  if (settings.learnFor !== '') return settings.learnFor;
  const { intervals, time } = usualLearning;
  return Math.max(learnFor.min, Math.min(intervals, Math.ceil(time / intervalOf(settings))));
}

function checkTwice(names: readonly string[], pathOf: (index: number) => string): void {
  names.forEach((name, index) => {
    if (names.indexOf(name) === index) return;
    throw new SettingError('duplicate', { seen: describeValue(name) }, pathOf(index));
  });
}
