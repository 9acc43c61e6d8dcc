import { sleep } from '../sleep';

/** Milliseconds. A consumer tries without end, so it may wait long for a service that stays away. */
export const longestBackoff = 20_000;

/** Time and chance as parameters, so that tests need no clock. */
export interface Timing {
  /** milliseconds since the epoch */
  now(): number;
  /** Resolves after `ms` milliseconds, or at once when the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** uniform in [0, 1) */
  random(): number;
}

export const realTiming: Timing = { now: Date.now, random: Math.random, sleep };
