import { createHash } from 'node:crypto';
import type { Notification } from '../../lib/aws/sns/notification';
import type { Message } from '../../lib/records/messageProperty';

/** Where a record was read, without what differs when it is read again. */
function placeOf(kinesis: unknown): unknown {
  if (Array.isArray(kinesis)) return kinesis.map(placeOf);
  if (typeof kinesis !== 'object' || kinesis === null) return undefined;
  const { stream, shardId, sequenceNumber, subSequenceNumber } = kinesis as Record<string, unknown>;
  return { stream, shardId, sequenceNumber, subSequenceNumber };
}

/**
 * What tells a notification from all others, and is the same when it is made again of the same record, after a crash or a
 * redeploy: a hash of who sends it, of the time and place of what it is about, and of what it says. A record that says
 * nothing of its time and place cannot come again, so its message's own id counts.
 * @param sender stable over restarts
 * @returns 64 hexadecimal digits
 */
export function notificationId(sender: string, msg: Message, notification: Notification): string {
  const { window, kinesis, timestamp, topic, _msgid } = msg;
  const place = { window, kinesis: placeOf(kinesis), timestamp };
  const isPlaced = Object.values(place).some((value) => value !== undefined);
  return createHash('sha256')
    .update(JSON.stringify([sender, isPlaced ? place : _msgid, topic, notification]))
    .digest('hex');
}
