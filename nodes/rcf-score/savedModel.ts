import { seal, unseal } from '../../lib/delivery/sealed';
import { Severity } from '../../lib/detection/Severity';
import { RandomCutForest, withTimeDecay, type KernelName, type Threads } from '../../lib/random-cut-forest';
import type { FieldVector, VectorKind } from './FieldVector';
import { SeriesModel } from './SeriesModel';
import type { RcfScoreSettings } from './settings';
import { shapeOf, type Shape } from './shape';

const format = 'streamcut-rcf-model';
const version = 1;

/** What the first line of a model's file says: the severity for the model's way back, the rest to the one who looks. */
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
 * The model that was saved.
 * @param vector reads its records
 * @param kernel what its forest calculates with
 * @throws Error saying what is wrong with it
 */
export function restoreModel(
  saved: Uint8Array,
  settings: RcfScoreSettings,
  vector: FieldVector,
  kernel?: KernelName | Threads,
): SeriesModel {
  const { about, body } = open(saved);
  return new SeriesModel(settings, vector, RandomCutForest.from(body, kernel), Severity.from(about.severity));
}

/** The same model, but forgetting at the rate of the settings from now on. The one given must not be used again. */
export function withDecayOf(
  settings: RcfScoreSettings,
  model: SeriesModel,
  kernel?: KernelName | Threads,
): SeriesModel {
  const { forest, vector, severity } = model;
  if (forest.options.timeDecay === settings.timeDecay) return model;
  const snapshot = forest.snapshot();
  forest.free();
  const changed = RandomCutForest.from(withTimeDecay(snapshot, settings.timeDecay), kernel);
  return new SeriesModel(settings, vector, changed, severity);
}

function open(saved: Uint8Array): { about: About; body: ArrayBuffer } {
  const { about, body } = unseal(format, version, saved);
  if (!isAbout(about)) throw new Error('its first line does not describe a model');
  return { about, body };
}

/** The checksum has told damage; this tells what another program wrote. */
function isAbout(about: object): about is About {
  return Array.isArray((about as Partial<About>).severity);
}
