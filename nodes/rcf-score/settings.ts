import { SettingError } from '../../lib/settings/SettingError';
import { choice, flag, integer, list, text } from '../../lib/settings/fields';
import { defineSettings, type SettingsOf } from '../../lib/settings/Settings';

/** As in RANDOM_CUT_FOREST. */
export const mostFields = 30;

export const settings = defineSettings(
  {
    fields: list(text({ required: true }), { max: mostFields }),
    keyFields: list(text({ required: true })),
    numberOfTrees: integer({ default: 100, min: 1, max: 1000 }),
    subSampleSize: integer({ default: 256, min: 10, max: 1000 }),
    timeDecay: integer({ default: 100_000, min: 1, max: 2 ** 31 - 1 }),
    shingleSize: integer({ default: 1, min: 1, max: 30 }),
    withDirectionality: flag(false),
    explanation: choice(['fields', 'lags', 'published'], 'fields'),
    expected: choice(['none', 'anomalies', 'all'], 'none'),
    transform: choice(['none', 'log1p'], 'none'),
    missing: choice(['error', 'skip'], 'error'),
    seed: integer({ default: 42, min: 0, max: 2 ** 32 - 1 }),
    persist: flag(true),
    maxKeys: integer({ default: 200, min: 1, max: 1_000_000 }),
    /** of the models in memory, MB (10^6 bytes) */
    maxMemory: integer({ default: 500, min: 1, max: 1_000_000 }),
    threads: integer({ default: 1, min: 1, max: 64 }),
  },
  ({ subSampleSize, timeDecay }) => {
    if (subSampleSize >= timeDecay) {
      throw new SettingError(
        'smallerThan',
        { other: 'timeDecay', limit: timeDecay, seen: subSampleSize },
        'subSampleSize',
      );
    }
  },
  ({ fields }) => {
    const twice = fields.find((field, index) => fields.indexOf(field) !== index);
    if (twice !== undefined) {
      throw new SettingError('pattern', { what: 'different fields', seen: `"${twice}" twice` }, 'fields');
    }
  },
);

export type RcfScoreSettings = SettingsOf<typeof settings>;
