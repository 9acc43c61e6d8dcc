import type { VectorKind } from './FieldVector';
import { countOf } from '../../lib/delivery/models/numbers';
import type { SavedSeries } from './parts';
import type { SeriesModel } from './SeriesModel';

/** One series, and what it takes to have its model again: the model in a file, and what it has learned after that. */
export interface Series {
  readonly key: string;
  /** how its records hold their numbers */
  readonly vector: { readonly kind: VectorKind; readonly names: readonly string[] };
  /** the order in which series were used last; rises with each use of any of them */
  used: number;
  /** undefined while it is in its file only */
  model: SeriesModel | undefined;
  /** what the model is counted with in the memory budget */
  bytes: number;
  /** the file's name; undefined while everything learned is in `replay` */
  file: string | undefined;
  /** records that the model in the file has seen; 0 without one */
  fileRecords: number;
  /** what the records after those in the file were learned with */
  timeDecay: number;
  /** records learned after those in the file */
  since: number;
  /** how many checkpoints have appended to its part since that began */
  appends: number;
  /** those records as checkpoints hold them, for the model's way back into memory; empty while it is there */
  replay: readonly Uint8Array[];
  /** numbers of the records that no checkpoint has yet */
  pending: number[];
  /** whether a checkpoint has a part for it */
  isKept: boolean;
  /** whether the next checkpoint has to begin that part anew */
  isBaseDue: boolean;
}

/** @param timeDecay of its model */
export function newSeries(key: string, { kind, names }: Series['vector'], timeDecay: number): Series {
  return {
    key,
    vector: { kind, names },
    used: 0,
    model: undefined,
    bytes: 0,
    file: undefined,
    fileRecords: 0,
    timeDecay,
    since: 0,
    appends: 0,
    replay: [],
    pending: [],
    isKept: false,
    isBaseDue: true,
  };
}

/** @param isBaseDue whether its part has to be begun anew */
export function savedSeries({ base, used, replay }: SavedSeries, isBaseDue: boolean): Series {
  const { key, vector, timeDecay, file, records } = base;
  return {
    ...newSeries(key, vector, timeDecay),
    used,
    file,
    fileRecords: records,
    since: countOf(replay) / vector.names.length,
    appends: replay.length - 1,
    replay,
    isKept: true,
    isBaseDue,
  };
}
