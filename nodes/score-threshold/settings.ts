import { Limit, type LimitSpec } from '../../lib/detection/alarms/Limit';
import { eventLines, timeZone } from '../../lib/detection/calendar/calendarSettings';
import { anomalySeverity } from '../../lib/detection/Severity';
import { operators } from '../../lib/records/condition';
import {
  checked,
  choice,
  flag,
  integer,
  list,
  number,
  object,
  optionalNumber,
  scalar,
  text,
} from '../../lib/settings/fields';
import { defineSettings, type SettingsOf } from '../../lib/settings/Settings';
import { SettingError } from '../../lib/settings/SettingError';

const override = object({
  key: text({ required: true }),
  operator: choice(operators, '>='),
  value: scalar(''),
  clearValue: optionalNumber(),
});

const change = () => number({ default: 0, min: 0 });

export const settings = defineSettings(
  {
    compare: choice(['property', 'severity'], 'property'),
    property: text({ default: 'anomaly.score', required: true }),
    operator: choice(operators, '>'),
    value: scalar(3),
    /** 0 to 100; what is at least as severe passes, if severity is compared */
    severity: number({ default: anomalySeverity, min: 0, max: 100 }),
    direction: choice(['both', 'high', 'low'], 'both'),
    breaches: integer({ default: 1, min: 1, max: 1000 }),
    outOf: integer({ default: 1, min: 1, max: 1000 }),
    cooldown: integer({ default: 0, min: 0, max: 30 * 24 * 3_600_000 }),
    clearValue: optionalNumber(),
    escalateBy: checked(optionalNumber({ min: 0 }), (step) => {
      if (step === 0) throw new SettingError('pattern', { what: 'more than 0, or empty', seen: step });
    }),
    tellEnd: flag(false),
    /** differences from what was expected that do not matter, in the unit of the value and as a part of it */
    ignoreAbove: change(),
    ignoreBelow: change(),
    ignoreAboveRatio: change(),
    ignoreBelowRatio: change(),
    overrides: list(override, { max: 1000 }),
    calendar: eventLines,
    /** an iCalendar file, or one of lines like those of `calendar` */
    calendarFile: text(),
    timeZone,
    feedback: flag(false),
    keyFields: list(text()),
    maxKeys: integer({ default: 10_000, min: 1, max: 10_000_000 }),
  },
  (parsed) => void new Limit(generalLimit(parsed)),
  ({ overrides }) => overrides.forEach((each, index) => checkOverride(each, `overrides[${index}]`)),
  ({ breaches, outOf }) => {
    if (breaches > outOf) {
      throw new SettingError('integer', { min: 1, max: outOf, seen: breaches }, 'breaches');
    }
  },
);

export type ThresholdSettings = SettingsOf<typeof settings>;

/** What is read and compared, for keys without a limit of their own. */
export function generalLimit({
  compare,
  operator,
  value,
  severity,
  clearValue,
}: Pick<ThresholdSettings, 'compare' | 'operator' | 'value' | 'severity' | 'clearValue'>): LimitSpec {
  return compare === 'severity'
    ? { operator: '>=', value: severity, clearValue }
    : { operator, value, clearValue };
}

function checkOverride(spec: LimitSpec, path: string): void {
  try {
    void new Limit(spec);
  } catch (error) {
    throw error instanceof SettingError ? error.within(path) : error;
  }
}
