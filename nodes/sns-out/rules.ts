/** What SNS asks of the texts of a notification (https://docs.aws.amazon.com/sns/latest/api/API_Publish.html). */
import { topicArnPattern } from '../../lib/aws/sns/topicArn';
import { RecordError } from '../../lib/records/RecordError';

/** E.164: a plus sign and up to fifteen digits. */
const phonePattern = /^\+[1-9]\d{1,14}$/;

/** 128 letters, digits or punctuation marks of ASCII. */
const idPattern = /^[!-~]{1,128}$/;

/** The longest text message that SNS sends, in several parts. */
const maxSmsLength = 1600;

export function checkTopicArn(value: string): string {
  if (!topicArnPattern.test(value)) throw new RecordError('topicArn', value, 'the ARN of a topic');
  return value;
}

export function checkPhoneNumber(value: string): string {
  // People write them with blanks, brackets and hyphens.
  const number = value.replace(/[\s().-]/g, '');
  if (!phonePattern.test(number)) {
    throw new RecordError('phoneNumber', value, 'a number with its country code, such as +358401234567');
  }
  return number;
}

export function checkId(field: string, value: string): string {
  if (!idPattern.test(value)) {
    throw new RecordError(field, value, '1 to 128 letters, digits or punctuation marks without blanks');
  }
  return value;
}

export function checkMessage(field: string, value: string): string {
  if (value === '') throw new RecordError(field, value, 'a text of at least one character');
  return value;
}

export function checkSms(value: string): string {
  if (value.length > maxSmsLength) {
    throw new RecordError('message', value, `at most ${maxSmsLength} characters for a phone`);
  }
  return value;
}
