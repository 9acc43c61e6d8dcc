import { isControlMessage, isEnvelope, logEvents } from '../../lib/cloudwatch-logs/envelope';
import { jsonDocuments } from '../../lib/encoding/jsonDocuments';
import { withoutByteOrderMark } from '../../lib/encoding/text';
import { isBatch, isObject } from '../../lib/records/batch';
import { RecordError } from '../../lib/records/RecordError';

/** One record that came out, and the time that its log says it happened at (ms). */
export interface Piece {
  readonly record: unknown;
  readonly time?: number;
}

/** What one received record held: good pieces go on, also when others of it failed. */
export interface Pieces {
  readonly pieces: Piece[];
  /** how many CloudWatch Logs control messages were dropped */
  readonly controls: number;
  /** why the rest of it could not be read */
  readonly failure?: RecordError;
}

export interface SplitOptions {
  readonly split: 'auto' | 'none' | 'lines' | 'json' | 'cloudwatch-logs';
  readonly maxRecords: number;
}

/**
 * Splits a decoded text into records.
 * @throws RecordError when there are more of them than allowed
 */
export function splitText(text: string, options: SplitOptions): Pieces {
  switch (options.split) {
    case 'none':
      return { pieces: [{ record: text }], controls: 0 };
    case 'lines':
      return splitLines(text, options);
    case 'json':
    case 'cloudwatch-logs':
      return splitJson(text, options);
    case 'auto': {
      if (!/^\s*[{[]/.test(withoutByteOrderMark(text))) return splitLines(text, options);
      const result = splitJson(text, options);
      // A log line may start with a bracket; what starts as an object or a list of them is damaged JSON.
      const isJson = !result.failure || /^\s*(?:\[\s*)?\{\s*["}]/.test(withoutByteOrderMark(text));
      return isJson ? result : splitLines(text, options);
    }
  }
}

/** Splits a value that arrived parsed, or one JSON document. */
export function splitValue(value: unknown, options: SplitOptions): Pieces {
  const { split } = options;
  if (split !== 'none' && split !== 'lines' && isEnvelope(value) && split !== 'json') {
    if (isControlMessage(value)) return { pieces: [], controls: 1 };
    const pieces = logEvents(value).map((event) => ({ record: event, time: event.timestamp }));
    return { pieces, controls: 0 };
  }
  if (split === 'cloudwatch-logs') {
    const field = isObject(value) ? 'messageType' : 'payload';
    const seen = isObject(value) ? value.messageType : value;
    throw new RecordError(field, seen, 'DATA_MESSAGE or CONTROL_MESSAGE, as CloudWatch Logs sends it');
  }
  return { pieces: [{ record: value }], controls: 0 };
}

function splitLines(text: string, options: SplitOptions): Pieces {
  const pieces: Piece[] = [];
  for (const [line] of withoutByteOrderMark(text).matchAll(/[^\r\n]+/g)) {
    if (line.trim() === '') continue;
    pieces.push({ record: line });
    checkCount(pieces, options);
  }
  return { pieces, controls: 0 };
}

function splitJson(text: string, options: SplitOptions): Pieces {
  const pieces: Piece[] = [];
  let controls = 0;
  let bad = 0;
  let failure: RecordError | undefined;
  for (const document of jsonDocuments(text)) {
    try {
      if (!document.ok) throw new RecordError('payload', text, `JSON (${document.reason})`);
      const values = isBatch(document.value) ? document.value : [document.value];
      for (const value of values) {
        const result = splitValue(value, options);
        controls += result.controls;
        for (const piece of result.pieces) pieces.push(piece);
        checkCount(pieces, options);
      }
    } catch (error) {
      if (!(error instanceof RecordError) || error instanceof TooManyRecords) throw error;
      failure ??= error;
      // A hostile text may be nothing but damaged documents; beyond the limit none is worth reading.
      if (++bad > options.maxRecords) break;
    }
  }
  return { pieces, controls, failure };
}

class TooManyRecords extends RecordError {}

function checkCount(pieces: readonly Piece[], { maxRecords }: SplitOptions): void {
  if (pieces.length <= maxRecords) return;
  throw new TooManyRecords('payload', pieces.length, `split into at most ${maxRecords} records (maxRecords)`);
}
