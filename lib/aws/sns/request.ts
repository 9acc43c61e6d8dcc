import type { PublishBatchRequestEntry, SNSClient } from '@aws-sdk/client-sns';
import type { Notification, Receipt } from './notification';
import { refusalOf, refusalOfEntry, type Refusal } from './refusal';

/** What became of one notification of a request. */
export type Answer = Receipt | Refusal;

/**
 * Sends one request with notifications of the same topic, or one notification to a phone number.
 * @returns an answer for each, in order; never rejects
 */
export async function request(
  client: () => Promise<SNSClient>,
  notifications: readonly Notification[],
  abortSignal: AbortSignal,
): Promise<Answer[]> {
  try {
    // The SDK hears an abort only once it sends, and looking for credentials can take long.
    return await Promise.race([send(client, notifications, abortSignal), aborted(abortSignal)]);
  } catch (error) {
    // Aborted by a deadline: whoever set it says so, and the others of the request go again.
    const refusal = abortSignal.aborted ? noAnswer : refusalOf(error);
    return notifications.map(() => refusal);
  }
}

async function send(
  client: () => Promise<SNSClient>,
  notifications: readonly Notification[],
  abortSignal: AbortSignal,
): Promise<Answer[]> {
  const sns = await client();
  return notifications.length === 1
    ? [await single(sns, notifications[0]!, abortSignal)]
    : await batch(sns, notifications, abortSignal);
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) =>
    signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true }),
  );
}

const noAnswer: Refusal = { code: 'NoAnswer', reason: 'no answer', transient: true };

async function single(
  sns: SNSClient,
  notification: Notification,
  abortSignal: AbortSignal,
): Promise<Receipt> {
  const { PublishCommand } = await import('@aws-sdk/client-sns');
  const { topicArn, phoneNumber } = notification;
  const { MessageId = '', SequenceNumber } = await sns.send(
    new PublishCommand({ TopicArn: topicArn, PhoneNumber: phoneNumber, ...contentOf(notification) }),
    { abortSignal },
  );
  return receipt(MessageId, SequenceNumber);
}

async function batch(
  sns: SNSClient,
  notifications: readonly Notification[],
  abortSignal: AbortSignal,
): Promise<Answer[]> {
  const { PublishBatchCommand } = await import('@aws-sdk/client-sns');
  const { Successful = [], Failed = [] } = await sns.send(
    new PublishBatchCommand({
      TopicArn: notifications[0]!.topicArn,
      PublishBatchRequestEntries: notifications.map((notification, index) => ({
        Id: String(index),
        ...contentOf(notification),
      })),
    }),
    { abortSignal },
  );
  const answers = notifications.map((): Answer => noAnswer);
  for (const { Id, MessageId = '', SequenceNumber } of Successful) {
    answers[Number(Id)] = receipt(MessageId, SequenceNumber);
  }
  for (const failed of Failed) answers[Number(failed.Id)] = refusalOfEntry(failed);
  return answers;
}

function contentOf(notification: Notification): Omit<PublishBatchRequestEntry, 'Id'> & { Message: string } {
  const { message, subject, messageStructure, attributes, groupId, deduplicationId } = notification;
  return {
    Message: message,
    Subject: subject,
    MessageStructure: messageStructure,
    MessageAttributes: attributes && { ...attributes },
    MessageGroupId: groupId,
    MessageDeduplicationId: deduplicationId,
  };
}

function receipt(messageId: string, sequenceNumber: string | undefined): Receipt {
  return { messageId, ...(sequenceNumber ? { sequenceNumber } : {}) };
}
