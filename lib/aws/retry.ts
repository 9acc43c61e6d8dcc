/** Faults of the network under the SDK, by Node's codes. */
const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'ECONNABORTED',
]);

/** What a service answers when it wants the same request later. */
const busy =
  /Throttl|TooManyRequests|LimitExceeded|ThroughputExceeded|SlowDown|Unavailable|InternalFailure|RequestTimeout/;

/** Whether the same request may succeed later: throttling, a fault of the service, or one of the network. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { name, code, $metadata, $response } = error as Error & {
    code?: unknown;
    $metadata?: { httpStatusCode?: number };
    $response?: { statusCode?: number };
  };
  const status = $metadata?.httpStatusCode ?? $response?.statusCode;
  return (
    name === 'TimeoutError' ||
    busy.test(name) ||
    networkCodes.has(String(code)) ||
    String(code).startsWith('ERR_HTTP2') ||
    // An error under a status of success is an answer that could not be read.
    (status !== undefined && (status < 400 || status >= 500 || status === 408 || status === 429))
  );
}

/**
 * Milliseconds to wait before attempt `attempt` (1 is the first repetition): anything up to a limit that doubles from
 * 100 ms to 5 s, so that those who failed together do not come back together
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 */
export function backoff(attempt: number, random: () => number = Math.random): number {
  return random() * Math.min(5_000, 100 * 2 ** (attempt - 1));
}
