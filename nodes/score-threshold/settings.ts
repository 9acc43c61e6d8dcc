import { compileCondition, operators } from '../../lib/records/condition';
import { choice, integer, list, text, type Field } from '../../lib/settings/fields';
import { defineSettings, type SettingsOf } from '../../lib/settings/Settings';

/** What the property is compared with: a number, or text for `contains`, `matches` and the like. */
const value: Field<string | number> = {
  default: 3,
  parse: (raw) => (typeof raw === 'number' ? raw : text().parse(raw)),
};

export const settings = defineSettings(
  {
    property: text({ default: 'anomaly.score', required: true }),
    operator: choice(operators, '>'),
    value,
    direction: choice(['both', 'high', 'low'], 'both'),
    keyFields: list(text()),
    cooldown: integer({ default: 0, min: 0, max: 30 * 24 * 3_600_000 }),
    maxKeys: integer({ default: 10_000, min: 1, max: 10_000_000 }),
  },
  ({ operator, value }) => void compileCondition(operator, value),
);

export type ThresholdSettings = SettingsOf<typeof settings>;
