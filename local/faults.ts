/** What a service can be made to do wrong. Errors are those of the service, in its own wire format. */
export type Fault =
  /** the whole call is refused because of its rate */
  | { readonly kind: 'throttle' }
  /** the caller has no right to it */
  | { readonly kind: 'denied' }
  /** GetRecords finds its shard iterator too old (they live five minutes) */
  | { readonly kind: 'expired-iterator' }
  /** PutRecords takes some entries and refuses those for which `code` gives an error code */
  | { readonly kind: 'partial-put-records'; readonly code: (entry: PutEntry) => string | undefined }
  /** PublishBatch takes some entries and refuses those for which `code` gives an error code */
  | { readonly kind: 'partial-publish-batch'; readonly code: (entry: PublishEntry) => string | undefined }
  /** an answer without a body that the service could have written, such as a load balancer's 503 */
  | { readonly kind: 'status'; readonly status: number }
  /** the connection breaks: before the service sees the request, or after it has done what was asked */
  | { readonly kind: 'drop'; readonly moment: 'before' | 'after' }
  /** the connection breaks in the middle of the answer, so long after its beginning */
  | { readonly kind: 'cut'; readonly ms: number }
  /** the request waits before it goes on */
  | { readonly kind: 'delay'; readonly ms: number }
  /** status 200 with a body that is no answer */
  | { readonly kind: 'garbage' }
  /** no answer, ever */
  | { readonly kind: 'hang' };

export interface PutEntry {
  readonly index: number;
  readonly partitionKey: string;
  readonly data: Buffer;
}

export interface PublishEntry {
  readonly index: number;
  readonly id: string;
  readonly message: string;
}

/** A request as the proxy saw it. */
export interface SeenRequest {
  /** `X-Amz-Target` without its version, the form's `Action`, or `<method> <path>` */
  readonly operation: string;
  /** milliseconds since the epoch */
  readonly at: number;
  readonly body: Buffer;
  /** the fault that met it */
  readonly fault?: Fault['kind'];
}

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

const json = 'application/x-amz-json-1.1';

/** An error as the service itself would answer it: JSON for `X-Amz-Target` services, XML for query ones. */
function errorAnswer(queryProtocol: boolean, type: string, message: string): Answer {
  if (!queryProtocol) {
    return { status: 400, contentType: json, body: JSON.stringify({ __type: type, message }) };
  }
  const body = `<ErrorResponse><Error><Type>Sender</Type><Code>${type}</Code><Message>${message}</Message></Error><RequestId>fault</RequestId></ErrorResponse>`;
  return { status: 400, contentType: 'text/xml', body };
}

/** The answer to a fault that the proxy gives alone; undefined where the service or the connection has a part in it. */
export function answerAlone(fault: Fault, queryProtocol: boolean): Answer | undefined {
  switch (fault.kind) {
    case 'throttle':
      return queryProtocol
        ? errorAnswer(true, 'Throttling', 'Rate exceeded')
        : errorAnswer(false, 'ProvisionedThroughputExceededException', 'Rate exceeded for shard');
    case 'denied':
      return errorAnswer(queryProtocol, 'AccessDeniedException', 'not authorized to perform this');
    case 'expired-iterator':
      return errorAnswer(false, 'ExpiredIteratorException', 'Iterator expired');
    case 'status':
      return { status: fault.status, contentType: 'text/plain', body: '' };
    case 'garbage':
      return { status: 200, contentType: queryProtocol ? 'text/xml' : json, body: '\u0000<<{"half' };
    default:
      return undefined;
  }
}
