/** The ARN of a topic: partition, region, account and name (https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html). */
export const topicArnPattern = /^arn:[\w-]+:sns:[\w-]+:\d{12}:[\w-]{1,256}(\.fifo)?$/;

/** Whether a topic keeps the order of its groups: its name says so. */
export function isFifo(topicArn: string): boolean {
  return topicArn.endsWith('.fifo');
}
