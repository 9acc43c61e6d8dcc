import { isDeepStrictEqual } from 'node:util';
import type { RcfScoreSettings } from './settings';

/** The settings that decide what a model is: one that was learned with others is another model. */
const shaping = [
  'fields',
  'keyFields',
  'numberOfTrees',
  'subSampleSize',
  'shingleSize',
  'transform',
  'seed',
] as const;

export type ShapingSetting = (typeof shaping)[number];
export type Shape = Readonly<Pick<RcfScoreSettings, ShapingSetting>>;

export function shapeOf(settings: RcfScoreSettings): Shape {
  return Object.fromEntries(shaping.map((name) => [name, settings[name]])) as unknown as Shape;
}

/** One setting that has been changed. */
export interface ShapeChange {
  readonly setting: ShapingSetting;
  readonly from: unknown;
  readonly to: unknown;
}

export function changesOf(from: object, to: Shape): ShapeChange[] {
  const old = from as Readonly<Record<string, unknown>>;
  return shaping
    .filter((setting) => !isDeepStrictEqual(old[setting], to[setting]))
    .map((setting) => ({ setting, from: old[setting], to: to[setting] }));
}
