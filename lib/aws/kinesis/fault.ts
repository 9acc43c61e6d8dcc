import { isObject } from '../../records/batch';
import { isThrottling } from '../retry';

/**
 * What a failed call means to a consumer: `expired` an iterator older than five minutes; `invalid` an argument that the
 * service does not take, or a lease table of something else; `denied` no right or no credentials; `missing` no such stream or shard; `busy` another
 * subscription has the shard; `throttled` too much in a second; `unreachable` everything that time may heal, such as 5xx and lost connections.
 */
export type Fault = 'expired' | 'invalid' | 'denied' | 'missing' | 'busy' | 'throttled' | 'unreachable';

const byName: [RegExp, Fault][] = [
  [/^ExpiredIterator/, 'expired'],
  [/^((InvalidArgument|Validation|Serialization)Exception|LeaseTableError)$/, 'invalid'],
  [/^ResourceNotFound/, 'missing'],
  [/^ResourceInUse/, 'busy'],
  [
    /AccessDenied|Credentials|UnrecognizedClient|InvalidSignature|ExpiredToken|^KMS|^Token|OptInRequired/,
    'denied',
  ],
];

/** The kind of an error of the AWS client. */
export function faultOf(error: unknown): Fault {
  const name = isObject(error) && typeof error.name === 'string' ? error.name : '';
  if (isThrottling(name)) return 'throttled';
  return byName.find(([pattern]) => pattern.test(name))?.[1] ?? 'unreachable';
}
