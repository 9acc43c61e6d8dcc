import type { MessageAttributeValue } from '@aws-sdk/client-sns';

/** One notification as SNS takes it, complete and within the rules. */
export interface Notification {
  readonly topicArn?: string;
  /** in the place of a topic: a text message to this number, in E.164 form */
  readonly phoneNumber?: string;
  /** the text; with the structure `json`, an object of texts per protocol */
  readonly message: string;
  readonly subject?: string;
  readonly messageStructure?: 'json';
  readonly attributes?: Readonly<Record<string, MessageAttributeValue>>;
  readonly groupId?: string;
  readonly deduplicationId?: string;
}

/** What SNS answers when it has taken a notification. */
export interface Receipt {
  readonly messageId: string;
  /** of a FIFO topic */
  readonly sequenceNumber?: string;
}

/** The bytes that count against the limit of SNS: the message and the attributes' names, types and values, in UTF-8. */
export function sizeOf({ message, attributes = {} }: Notification): number {
  let bytes = Buffer.byteLength(message);
  for (const [name, { DataType = '', StringValue = '', BinaryValue }] of Object.entries(attributes)) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(DataType);
    bytes += Buffer.byteLength(StringValue) + (BinaryValue?.byteLength ?? 0);
  }
  return bytes;
}

/**
 * A text made fit to be a subject: no line breaks or control characters, at most 100 characters, no blanks around it
 * (https://docs.aws.amazon.com/sns/latest/api/API_Publish.html). Undefined when nothing is left of it.
 */
export function legalSubject(text: string): string | undefined {
  const line = text.replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  if (line.length <= 100) return line || undefined;
  // Cutting between the halves of a character beyond 16 bits would leave one that is none.
  return `${line
    .slice(0, 99)
    .replace(/[\uD800-\uDBFF]$/, '')
    .trimEnd()}…`;
}
