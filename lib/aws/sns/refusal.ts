import { RecordError } from '../../records/RecordError';
import { isTransient } from '../retry';
import type { Notification } from './notification';

/** Why SNS did not take a notification, and whether it may take the same one later. */
export interface Refusal {
  readonly reason: string;
  readonly code: string;
  readonly transient: boolean;
  /** whether the request as a whole was found wrong, which one entry of it is enough for */
  readonly invalidRequest?: boolean;
}

/** What a whole request failed with. */
export function refusalOf(error: unknown): Refusal {
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
  return {
    code: name,
    reason: `${name}: ${message}`,
    transient: isTransient(error),
    invalidRequest: /Invalid|Validation|TooLong|TooMany|Malformed/.test(name),
  };
}

/** What one entry of a batch failed with, while others may have been taken. */
export function refusalOfEntry(entry: {
  Code?: string | undefined;
  Message?: string | undefined;
  SenderFault?: boolean | undefined;
}): Refusal {
  const { Code = 'Failed', Message = '', SenderFault = false } = entry;
  // Throttling is told as the sender's fault, too, and passes all the same.
  const transient = !SenderFault || isTransient(Object.assign(new Error(Message), { name: Code }));
  return { code: Code, reason: Message ? `${Code}: ${Message}` : Code, transient };
}

/** The error that a person should see who has to put a final refusal right. */
export function explain({ code, reason }: Refusal, { topicArn }: Notification): Error {
  if (/^NotFound/.test(code) && topicArn !== undefined) {
    return new RecordError(
      'topicArn',
      topicArn,
      "a topic that exists in the connection's account and region",
    );
  }
  return new Error(`SNS refused the notification: ${reason}`);
}
