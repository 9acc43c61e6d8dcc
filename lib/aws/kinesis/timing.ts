import { sleep } from '../sleep';

/** Milliseconds. A consumer tries without end, so it may wait long for a service that stays away. */
export const longestBackoff = 20_000;

/** Time and chance as parameters, so that tests need no clock. */
export interface Timing {
  /** milliseconds since the epoch, by a clock that people and time servers set */
  now(): number;
  /** milliseconds from some moment on; unlike `now`, nobody can set it */
  elapsed(): number;
  /** Resolves after `ms` milliseconds, or at once when the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** uniform in [0, 1) */
  random(): number;
}

export const realTiming: Timing = {
  now: Date.now,
  elapsed: () => performance.now(),
  random: Math.random,
  sleep,
};
