import type { Scalar } from '../settings/fields';
import type { State } from './state/State';

/** Where a value comes from: what `first` and `last` go by. */
export interface Origin {
  /** of its record, ms */
  readonly time: number;
  /** of the stream; '' where there are none */
  readonly partition: string;
}

/**
 * Gathers the values of one aggregate in one window. Values of numeric functions are finite numbers. The result depends on
 * the order of the values only where they come from one partition at one time.
 */
export interface Accumulator {
  add(value: Scalar, origin: Origin): void;
  /** undefined where there is no value */
  result(): Scalar | undefined;
  /** Takes in what one of the same aggregate has gathered. */
  merge(other: this): void;
  /** Later results of the one that loads this are the same to the last bit. */
  state(): State;
  /**
   * Picks up a state; only for one that is new.
   * @param field where the state stands, for errors
   * @throws RecordError naming the place that is wrong; this one cannot be used then
   */
  load(state: unknown, field: string): void;
}
