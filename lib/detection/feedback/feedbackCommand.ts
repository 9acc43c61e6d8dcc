import { isObject } from '../../records/batch';
import { RecordError } from '../../records/RecordError';

/** What somebody says of an incident: named by its id, or by its key as the latest that had begun by a time. */
export interface FeedbackCommand {
  readonly incident?: string;
  readonly key?: string;
  /** milliseconds since the epoch */
  readonly time?: number;
  readonly relevant: boolean;
  /** takes back what was said, whatever it was */
  readonly undo: boolean;
}

/**
 * Reads `msg.feedback`: `{incident, relevant}`, `{key, time, relevant}` or `{incident, undo: true}`.
 * @throws RecordError naming the field that is wrong
 */
export function parseFeedback(raw: unknown): FeedbackCommand {
  if (!isObject(raw)) throw new RecordError('feedback', raw, 'an object with incident and relevant');
  const { incident, key, time, relevant, undo = false } = raw;
  if (typeof undo !== 'boolean') throw new RecordError('feedback.undo', undo, 'true or false');
  if (typeof relevant !== 'boolean' && !undo) {
    throw new RecordError('feedback.relevant', relevant, 'true or false');
  }
  const said = { relevant: relevant === true, undo };
  if (incident !== undefined) {
    if (typeof incident === 'string' && incident !== '') return { incident, ...said };
    throw new RecordError('feedback.incident', incident, 'the id of an incident');
  }
  if (typeof key !== 'string')
    throw new RecordError('feedback.key', key, 'the key of a series, as there is no incident');
  if (time === undefined) return { key, ...said };
  if (typeof time === 'number' && Number.isFinite(time)) return { key, time, ...said };
  throw new RecordError('feedback.time', time, 'milliseconds since 1970');
}
