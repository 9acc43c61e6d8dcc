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

/** Whether an error of this name or code says that too much was asked for at once. */
export function isThrottling(name: string): boolean {
  return /Throttl|Throughput|TooManyRequests|LimitExceeded|SlowDown/.test(name);
}

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
    isThrottling(name) ||
    /Unavailable|InternalFailure|RequestTimeout/.test(name) ||
    networkCodes.has(String(code)) ||
    String(code).startsWith('ERR_HTTP2') ||
    // An error under a status of success is an answer that could not be read.
    (status !== undefined && (status < 400 || status >= 500 || status === 408 || status === 429))
  );
}
