import { scenarioNames, type Injection } from '../../lib/simulation/Scenario';
import { choice, flag, integer, list, number, object, text, type Field } from '../../lib/settings/fields';
import { moment } from '../../lib/settings/moment';
import { defineSettings, type SettingsOf } from '../../lib/settings/Settings';

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

export const settings = defineSettings({
  scenario: choice(scenarioNames, 'clickstream'),
  start: choice(['deploy', 'message'], 'deploy'),
  speed: number({ default: 1, min: 0, max: 1_000_000 }),
  /** '' stands for now */
  startTime: moment(),
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
  interval: integer({ default: 60, min: 1, max: 1440 }),
});

export type SimulatorSettings = SettingsOf<typeof settings>;
