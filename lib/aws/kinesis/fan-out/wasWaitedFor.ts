import type { Timing } from '../timing';

/** Milliseconds. What lies ready comes sooner, and an event of an idle subscription only after seconds. */
const pause = 50;

/**
 * Takes an answer, and says whether nothing of it lay ready in the connection when it was asked for. What lies ready
 * comes within two pauses, however long the process is held up meanwhile: the event loop reads its connections between
 * two timers of which the one sets the other.
 */
export async function wasWaitedFor<T>(
  answer: Promise<T>,
  timing: Pick<Timing, 'sleep'>,
): Promise<readonly [answer: T, waited: boolean]> {
  const here = new AbortController();
  let waited = false;
  void timing
    .sleep(pause, here.signal)
    .then(() => timing.sleep(pause, here.signal))
    .then(() => (waited = !here.signal.aborted));
  try {
    return [await answer, waited];
  } finally {
    here.abort();
  }
}
