import { asBuffer, utf8, withoutByteOrderMark } from '../../lib/encoding/text';
import { headerFields } from '../../lib/flow-logs/format';
import { isKnown, propertyName } from '../../lib/flow-logs/fields';
import {
  columnsOf,
  flowRecord,
  flowRecordOf,
  flowTime,
  isWithoutData,
  type FlowRecord,
} from '../../lib/flow-logs/flowRecord';
import { isObject } from '../../lib/records/batch';
import { RecordError } from '../../lib/records/RecordError';
import type { FlowLogSettings } from './settings';

/** What became of one line. */
export type Parsed =
  | { readonly kind: 'flow'; readonly record: FlowRecord; readonly time?: number }
  | { readonly kind: 'header' | 'without-data' }
  | { readonly kind: 'failure'; readonly original: unknown; readonly error: RecordError };

/** Turns flow log lines into flows. Remembers, per topic, the column order that a header line has announced. */
export class FlowLogParse {
  /** topic -> property names, in order of the header's arrival */
  private readonly headers = new Map<string, readonly string[]>();

  constructor(private readonly settings: FlowLogSettings) {}

  /**
   * Whether a record is text of several lines, such as a file: it becomes a batch of as many records. A header in it
   * speaks for its own lines only.
   */
  static lines(record: unknown): readonly string[] | undefined {
    const text = textOf(record);
    if (text === undefined) return undefined;
    const lines = withoutByteOrderMark(text)
      .split(/\r\n|\n|\r/)
      .filter((line) => line.trim() !== '');
    return lines.length > 1 ? lines : undefined;
  }

  /** The flow in a record of one line: text, a buffer, or a log event. */
  parse(record: unknown, topic: string): Parsed {
    const announced = this.headers.get(topic) ?? this.settings.fields;
    return this.one(record, announced, (header) => this.remember(topic, header));
  }

  /** The flows in a record of several lines. */
  *parseLines(lines: readonly string[], topic: string): Generator<Parsed> {
    let announced = this.headers.get(topic) ?? this.settings.fields;
    for (const line of lines) yield this.one(line, announced, (header) => (announced = header));
  }

  /** Forgets the header of one topic, or of all. */
  reset(topic?: string): void {
    if (topic === undefined) this.headers.clear();
    else this.headers.delete(topic);
  }

  private one(
    record: unknown,
    announced: readonly string[],
    announce: (header: readonly string[]) => unknown,
  ): Parsed {
    try {
      const named = isObject(record) ? extracted(record.extractedFields) : undefined;
      if (named) return this.flow(flowRecordOf(named), record);
      const columns = columnsOf(lineOf(record));
      const header = headerFields(columns);
      if (header) {
        announce(header);
        return { kind: 'header' };
      }
      return this.flow(flowRecord(columns, announced), record);
    } catch (error) {
      if (error instanceof RecordError) return { kind: 'failure', original: record, error };
      throw error;
    }
  }

  private flow(record: FlowRecord, source: unknown): Parsed {
    if (this.settings.noData === 'drop' && isWithoutData(record)) return { kind: 'without-data' };
    const logged = isObject(source) ? source.timestamp : undefined;
    const time = flowTime(record) ?? (Number.isFinite(logged) ? (logged as number) : undefined);
    // In a batch a record's time travels with the record.
    if (time !== undefined) record.timestamp = time;
    return { kind: 'flow', record, time };
  }

  private remember(topic: string, header: readonly string[]): void {
    this.headers.delete(topic);
    this.headers.set(topic, header);
    if (this.headers.size > this.settings.maxKeys) this.reset(this.headers.keys().next().value);
  }
}

/** The columns that a subscription's filter pattern named, when they are a flow log's. */
function extracted(fields: unknown): Record<string, unknown> | undefined {
  if (!isObject(fields)) return undefined;
  const named = Object.entries(fields)
    .map(([name, value]) => [propertyName(name), value] as const)
    .filter(([name]) => name !== '__proto__');
  return named.some(([name]) => isKnown(name)) ? Object.fromEntries(named) : undefined;
}

function lineOf(record: unknown): string {
  const text = textOf(record);
  if (text !== undefined) return withoutByteOrderMark(text);
  if (!isObject(record)) throw new RecordError('payload', record, 'a flow log line or a log event');
  if (typeof record.message !== 'string') {
    throw new RecordError(
      'message',
      record.message,
      'a flow log line, in a log event without extractedFields',
    );
  }
  return record.message;
}

function textOf(record: unknown): string | undefined {
  if (typeof record === 'string') return record;
  return record instanceof Uint8Array ? utf8(asBuffer(record)) : undefined;
}
