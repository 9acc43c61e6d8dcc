import { countOf } from './numbers';
import type { StoredModel } from './storedModel';

/** One model of a store, and what it takes to have it again: a file, and what it has learned after that. */
export interface Entry<M> {
  readonly key: string;
  /** undefined while it is in its file only, or nothing was learned yet */
  model: M | undefined;
  /** what the model is counted with in the memory budget */
  bytes: number;
  /** the file's name; undefined while everything learned is in `replay` */
  file: string | undefined;
  fileLessons: number;
  /** lessons after those in the file */
  since: number;
  /** those lessons as checkpoints hold them, for the model's way back into memory; empty while it is there */
  replay: readonly Uint8Array[];
  /** numbers of the lessons that no checkpoint has yet */
  pending: number[];
  /** whether a checkpoint has a part for it */
  isKept: boolean;
  /** whether the next checkpoint has to begin that part anew */
  isBaseDue: boolean;
}

export function newEntry<M>(key: string): Entry<M> {
  return {
    key,
    model: undefined,
    bytes: 0,
    file: undefined,
    fileLessons: 0,
    since: 0,
    replay: [],
    pending: [],
    isKept: false,
    isBaseDue: true,
  };
}

/** @param width numbers that a lesson has */
export function storedEntry<M>({ base, replay }: StoredModel, width: number): Entry<M> {
  return {
    ...newEntry<M>(base.key),
    file: base.file,
    fileLessons: base.lessons,
    since: countOf(replay) / width,
    replay,
    isKept: true,
    isBaseDue: false,
  };
}
