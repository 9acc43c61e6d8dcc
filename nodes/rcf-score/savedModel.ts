import { seal, unseal } from '../../lib/delivery/sealed';
import { Severity } from '../../lib/detection/Severity';
import { RandomCutForest, withTimeDecay, type KernelName, type Threads } from '../../lib/random-cut-forest';
import { isObject } from '../../lib/records/batch';
import { FieldVector, type VectorKind } from './FieldVector';
import { SeriesModel } from './SeriesModel';
import type { RcfScoreSettings } from './settings';
import { changesOf, shapeOf, type Shape } from './shape';

const format = 'streamcut-rcf-model';
const version = 1;

/** What the first line of a model's file says, for the one who looks into it and for the model's way back. */
interface About {
  readonly key: string;
  readonly shape: Shape;
  readonly records: number;
  readonly vector: { readonly kind: VectorKind; readonly names: readonly string[] };
  readonly severity: readonly number[];
}

export function saveModel(key: string, model: SeriesModel, settings: RcfScoreSettings): Uint8Array {
  const { kind, names } = model.vector;
  const about: About = {
    key,
    shape: shapeOf(settings),
    records: model.forest.seen,
    vector: { kind, names },
    severity: model.severity.state(),
  };
  return seal(format, version, { about: { ...about }, body: model.forest.snapshot() });
}

/**
 * A model that goes on exactly where the saved one stood.
 * @param vector reads the fields that the settings name; without any, the model's own names are taken
 * @param kernel what its forest calculates with
 * @throws Error saying what is wrong with it
 */
export function restoreModel(
  saved: Uint8Array,
  settings: RcfScoreSettings,
  vector: FieldVector | undefined,
  kernel?: KernelName | Threads,
): SeriesModel {
  const { about, body } = open(saved);
  const others = changesOf(about.shape, shapeOf(settings)).map(({ setting }) => setting);
  if (others.length > 0) throw new Error(`it was learned with other settings (${others.join(', ')})`);
  const { kind, names } = about.vector;
  return new SeriesModel(
    settings,
    vector ?? FieldVector.again(kind, names),
    forestOf(body, settings, kernel),
    Severity.from(about.severity),
  );
}

/** How fast a model forgets may be changed at any time. */
function forestOf(
  snapshot: ArrayBuffer,
  { timeDecay }: RcfScoreSettings,
  kernel?: KernelName | Threads,
): RandomCutForest {
  const forest = RandomCutForest.from(snapshot, kernel);
  if (forest.options.timeDecay === timeDecay) return forest;
  forest.free();
  return RandomCutForest.from(withTimeDecay(snapshot, timeDecay), kernel);
}

/** The settings that a model was learned with; undefined when it cannot be read. */
export function shapeOfSaved(saved: Uint8Array): Shape | undefined {
  try {
    return open(saved).about.shape;
  } catch {
    return undefined;
  }
}

/** The key of a model; undefined when it cannot be read. */
export function keyOfSaved(saved: Uint8Array): string | undefined {
  try {
    return open(saved).about.key;
  } catch {
    return undefined;
  }
}

function open(saved: Uint8Array): { about: About; body: ArrayBuffer } {
  const { about, body } = unseal(format, version, saved);
  if (!isAbout(about)) throw new Error('its first line does not describe a model');
  return { about, body };
}

/** The checksum has told damage; this tells what another program wrote. */
function isAbout(about: object): about is About {
  const { key, shape, vector, severity } = about as Partial<Record<keyof About, unknown>>;
  return (
    typeof key === 'string' &&
    isObject(shape) &&
    isObject(vector) &&
    Array.isArray(vector.names) &&
    Array.isArray(severity)
  );
}
