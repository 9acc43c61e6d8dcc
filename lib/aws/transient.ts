/** Errors of a client's call that another try may overcome: overload, faults of the service, and broken connections. */
const transientNames = new Set([
  'InternalFailure',
  'InternalFailureException',
  'KMSThrottlingException',
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestTimeout',
  'ServiceUnavailable',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
]);

interface ClientError {
  readonly name?: string;
  readonly code?: string;
  readonly $retryable?: object;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly statusCode?: number };
}

/** Whether the same call may succeed later. A refusal (4xx) and missing credentials will not mend by themselves. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { name, code, $retryable, $metadata, $response } = error as ClientError & Error;
  if ($retryable || transientNames.has(name)) return true;
  const status = $metadata?.httpStatusCode ?? $response?.statusCode;
  if (status !== undefined) return status < 400 || status === 408 || status === 429 || status >= 500;
  // Without a status no answer came: system errors have a code, the SDK's time limits the name TimeoutError.
  return name === 'TimeoutError' || name === 'AbortError' || code !== undefined;
}
