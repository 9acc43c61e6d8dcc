import { formatField } from '../../lib/flow-logs/format';
import { choice, integer } from '../../lib/settings/fields';
import { defineSettings, type SettingsOf } from '../../lib/settings/Settings';

export const settings = defineSettings({
  fields: formatField,
  noData: choice(['drop', 'keep'], 'drop'),
  /** most topics whose header lines are remembered */
  maxKeys: integer({ default: 10_000, min: 1, max: 10_000_000 }),
});

export type FlowLogSettings = SettingsOf<typeof settings>;
