import type { State } from './state/State';

/** Takes in values one by one, or what another one of its kind has taken in, and can be put down and picked up again. */
export interface Gathering<T> {
  add(value: T): void;
  merge(other: this): void;
  /** The other one's later results are the same to the last bit when it was new and has loaded this. */
  state(): State;
  /**
   * Picks up what another one has put down; only for one that is new.
   * @param field where the state stands, for errors
   * @throws RecordError naming the place that is wrong; this one cannot be used then
   */
  load(state: unknown, field: string): void;
}
