import type { Message } from './messageProperty';

/**
 * The series that a message speaks of by its topic, text or a number; undefined where it names none, which for
 * `msg.reset` and `msg.flush` means all of them.
 */
export function topicOf({ topic }: Message): string | undefined {
  if (typeof topic === 'number') return String(topic);
  return typeof topic === 'string' && topic !== '' ? topic : undefined;
}
