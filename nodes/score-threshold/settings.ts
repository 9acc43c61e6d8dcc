import { compileCondition, operators } from '../../lib/records/condition';
import { choice, integer, list, scalar, text } from '../../lib/settings/fields';
import { defineSettings, type SettingsOf } from '../../lib/settings/Settings';

export const settings = defineSettings(
  {
    property: text({ default: 'anomaly.score', required: true }),
    operator: choice(operators, '>'),
    value: scalar(3),
    direction: choice(['both', 'high', 'low'], 'both'),
    keyFields: list(text()),
    cooldown: integer({ default: 0, min: 0, max: 30 * 24 * 3_600_000 }),
    maxKeys: integer({ default: 10_000, min: 1, max: 10_000_000 }),
  },
  ({ operator, value }) => void compileCondition(operator, value),
);

export type ThresholdSettings = SettingsOf<typeof settings>;
