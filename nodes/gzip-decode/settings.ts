import { choice, integer } from '../../lib/settings/fields';
import { defineSettings, type SettingsOf } from '../../lib/settings/Settings';

export const settings = defineSettings({
  base64: choice(['auto', 'always', 'never'], 'auto'),
  compression: choice(['auto', 'gzip', 'zlib', 'deflate', 'none'], 'auto'),
  split: choice(['auto', 'none', 'lines', 'json', 'cloudwatch-logs'], 'auto'),
  output: choice(['text', 'buffer'], 'text'),
  emit: choice(['record', 'batch'], 'record'),
  /** most bytes that one record may decode to: 16 MiB */
  maxBytes: integer({ default: 16 * 1024 * 1024, min: 1, max: 1024 * 1024 * 1024 }),
  /** most records that one record may be split into */
  maxRecords: integer({ default: 100_000, min: 1, max: 10_000_000 }),
  /** most messages that may wait for a large one before them */
  maxQueue: integer({ default: 10_000, min: 1, max: 1_000_000 }),
});

export type GzipSettings = SettingsOf<typeof settings>;
