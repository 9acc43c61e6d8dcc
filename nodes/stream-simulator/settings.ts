import { scenarioNames, type Injection } from '../../lib/simulation/Scenario';
import { describeValue } from '../../lib/records/describeValue';
import { choice, flag, integer, list, number, object, text, type Field } from '../../lib/settings/fields';
import { defineSettings, type SettingsOf } from '../../lib/settings/Settings';
import { SettingError } from '../../lib/settings/SettingError';

const injections = list<Injection>(
  object({
    from: integer({ default: 0, min: 0, max: 10_000_000 }),
    length: integer({ default: 50, min: 1, max: 10_000_000 }),
    value: number({ default: 0, min: 0, max: 10_000 }),
    target: text(),
  }),
  { max: 1000 },
);

/** A list of anomalies; null leaves them to the scenario, an empty list injects none. */
const anomalies: Field<readonly Injection[] | null> = {
  default: null,
  parse: (raw) => (raw === null || raw === '' ? null : injections.parse(raw)),
};

const iso8601 = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;

/** A moment with its time zone, since without one it would differ from machine to machine; '' stands for now. */
const moment: Field<string> = {
  default: '',
  parse(raw) {
    if (raw === '' || (typeof raw === 'string' && iso8601.test(raw) && !Number.isNaN(Date.parse(raw)))) {
      return raw;
    }
    const what = 'a date and time with zone, such as 2026-01-31T08:00:00Z';
    throw new SettingError('pattern', { what, seen: describeValue(raw) });
  },
};

export const settings = defineSettings({
  scenario: choice(scenarioNames, 'clickstream'),
  start: choice(['deploy', 'message'], 'deploy'),
  speed: number({ default: 1, min: 0, max: 1_000_000 }),
  startTime: moment,
  passes: integer({ default: 2500, min: 1, max: 10_000_000 }),
  repeat: flag(false),
  seed: integer({ default: 1, min: 0, max: Number.MAX_SAFE_INTEGER }),
  anomalies,
  emit: choice(['record', 'batch'], 'record'),
  pace: number({ default: 5, min: 0.001, max: 10_000 }),
  clickRate: number({ default: 0.1, min: 0, max: 1 }),
  sites: list(text({ required: true }), { default: ['www.example.com'], min: 1, max: 1000 }),
  interfaces: list(text({ required: true, pattern: /^\S+$/, what: 'an id without blanks' }), {
    default: [
      'eni-0a1b2c3d4e5f60001',
      'eni-0a1b2c3d4e5f60002',
      'eni-0a1b2c3d4e5f60003',
      'eni-0a1b2c3d4e5f60004',
    ],
    min: 1,
    max: 1000,
  }),
  corruptRate: number({ default: 0.01, min: 0, max: 1 }),
  extractedFields: flag(false),
});

export type SimulatorSettings = SettingsOf<typeof settings>;
