/**
 * What CloudWatch Logs sends to a subscription: one JSON document, the envelope, around many log events.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
 */
import { isObject } from '../records/batch';
import { RecordError } from '../records/RecordError';
import { without } from '../records/without';

/** One log event with what its envelope says about all of them. */
export interface LogEvent {
  readonly id?: string;
  /** milliseconds since the epoch */
  readonly timestamp: number;
  readonly message: string;
  /** by name, when the subscription's filter pattern names the columns of a line */
  readonly extractedFields?: Readonly<Record<string, unknown>>;
  readonly owner?: string;
  readonly logGroup?: string;
  readonly logStream?: string;
  readonly subscriptionFilters?: readonly string[];
}

export interface Envelope extends Record<string, unknown> {
  readonly messageType: 'DATA_MESSAGE' | 'CONTROL_MESSAGE';
}

/** Whether a JSON document is an envelope, whole or damaged. */
export function isEnvelope(value: unknown): value is Envelope {
  if (!isObject(value)) return false;
  return value.messageType === 'DATA_MESSAGE' || value.messageType === 'CONTROL_MESSAGE';
}

/** Control messages only probe whether the destination can be reached; they hold no data. */
export function isControlMessage(envelope: Envelope): boolean {
  return envelope.messageType === 'CONTROL_MESSAGE';
}

/** @throws RecordError when the envelope holds no list of log events, or something else among them */
export function logEvents(envelope: Envelope): LogEvent[] {
  const events = envelope.logEvents;
  const source = without(envelope, 'messageType', 'logEvents');
  if (!Array.isArray(events)) throw new RecordError('logEvents', events, 'an array of log events');
  return events.map((event: unknown, index) => {
    const field = `logEvents[${index}]`;
    if (!isObject(event)) throw new RecordError(field, event, 'an object with timestamp and message');
    const { timestamp, message } = event;
    if (typeof message !== 'string') throw new RecordError(`${field}.message`, message, 'text');
    if (typeof timestamp !== 'number' || !Number.isFinite(timestamp)) {
      throw new RecordError(`${field}.timestamp`, timestamp, 'a time in milliseconds');
    }
    return { ...event, timestamp, message, ...source };
  });
}

/** The base64 text inside the event that a subscription hands to a Lambda function; undefined for anything else. */
export function lambdaData(value: unknown): string | undefined {
  if (!isObject(value) || !isObject(value.awslogs)) return undefined;
  const { data } = value.awslogs;
  return typeof data === 'string' ? data : undefined;
}
