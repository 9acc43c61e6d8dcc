import { isObject } from '../../lib/records/batch';
import { RecordError } from '../../lib/records/RecordError';

/**
 * The message of a node that has no template: a text payload as it is, anything else as JSON together with what is known
 * about it.
 */
export function defaultMessage(view: object): string {
  const { payload, anomaly, topic, timestamp, window } = view as Readonly<Record<string, unknown>>;
  if (!canBeSaid(payload)) {
    throw new RecordError('payload', payload, 'text, a number or an object, as there is no message template');
  }
  if (typeof payload === 'string' && anomaly === undefined) return payload;
  // The record of a batch holds its own anomaly, which need not be said twice.
  const said = isObject(payload) && payload.anomaly === anomaly;
  try {
    return JSON.stringify(
      { topic, timestamp, window, payload, anomaly: said ? undefined : anomaly },
      null,
      2,
    );
  } catch {
    throw new RecordError('payload', payload, 'without circular references or bigints to be sent as JSON');
  }
}

/** JSON leaves out what it cannot write, or writes null, and nobody would notice. */
function canBeSaid(payload: unknown): boolean {
  switch (typeof payload) {
    case 'undefined':
    case 'function':
    case 'symbol':
      return false;
    case 'number':
      return Number.isFinite(payload);
    default:
      return !(payload instanceof Uint8Array);
  }
}
