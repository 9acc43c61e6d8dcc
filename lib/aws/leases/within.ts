import type { Timing } from '../kinesis/timing';

/**
 * Gives `work` a signal that is aborted after `ms` milliseconds, or with `signal`.
 * @throws TimeoutError when the time was up first; otherwise as `work` does
 */
export async function within<T>(
  ms: number,
  timing: Timing,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const ended = new AbortController();
  let late = false;
  const abort = () => limit.abort();
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  void timing.sleep(ms, ended.signal).then(() => {
    late = !ended.signal.aborted;
    abort();
  });
  try {
    return await work(limit.signal);
  } catch (error) {
    if (!late || signal.aborted) throw error;
    throw Object.assign(new Error(`no answer within ${ms} ms`, { cause: error }), { name: 'TimeoutError' });
  } finally {
    signal.removeEventListener('abort', abort);
    ended.abort();
  }
}
