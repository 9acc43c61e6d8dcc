import type { RcfScoreSettings } from './settings';

export type PresetSetting = 'numberOfTrees' | 'subSampleSize' | 'timeDecay' | 'shingleSize';
export type Preset = Readonly<Record<PresetSetting, RcfScoreSettings[PresetSetting]>>;

/** Settings to begin with, for the dialog. They are not stored as such: what they fill in is all there is to them. */
export const presets = {
  /** the defaults of RANDOM_CUT_FOREST */
  'kinesis-analytics': { numberOfTrees: 100, subSampleSize: 256, timeDecay: 100_000, shingleSize: 1 },
  /** about 0.1 MB a series of one field */
  'many-keys': { numberOfTrees: 20, subSampleSize: 128, timeDecay: 10_000, shingleSize: 1 },
  /** a day of hours as one point, learned in less than two weeks */
  seasonal: { numberOfTrees: 50, subSampleSize: 256, timeDecay: 10_000, shingleSize: 24 },
} as const satisfies Readonly<Record<string, Preset>>;

export type PresetName = keyof typeof presets;

export function isPreset(name: string): name is PresetName {
  return Object.hasOwn(presets, name);
}

/** The preset that fills in just these values; undefined when there is none. */
export function presetOf(values: Readonly<Record<string, number>>): PresetName | undefined {
  return (Object.keys(presets) as PresetName[]).find((name) =>
    Object.entries(presets[name]).every(([setting, value]) => values[setting] === value),
  );
}
