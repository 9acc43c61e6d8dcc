import { realTiming, type Timing } from '../kinesis/timing';

/** Time and chance as parameters, so that tests need no clock. */
export interface LeaseTiming extends Timing {
  /** milliseconds from some moment on; unlike `now`, nobody can set it */
  elapsed(): number;
}

export const realLeaseTiming: LeaseTiming = { ...realTiming, elapsed: () => performance.now() };
