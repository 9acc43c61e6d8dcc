import { entryBytes, type PutEntry } from '../../lib/aws/kinesis/putRecords';
import { alone } from '../../lib/records/alongside';
import { csvLine } from '../../lib/records/csvLine';
import { isObject } from '../../lib/records/batch';
import type { RecordInMessage } from '../../lib/records/messageProperty';
import { RecordError } from '../../lib/records/RecordError';
import { compileTemplate, type Template } from '../../lib/records/template';
import { topicOf } from '../../lib/records/topicOf';
import type { KinesisOutSettings } from './settings';

const maxKeyCharacters = 256;
const hashKeys = 2n ** 128n;

/** Turns a record into the entry that is stored for it: its bytes, and the keys that decide on its shard. */
export class RecordEncoder {
  private readonly data: (record: unknown) => Uint8Array;
  private readonly partitionKey: Template | undefined;
  private readonly explicitHashKey: Template | undefined;

  /** @param randomKey the partition key of a record that has none of its own */
  constructor(
    private readonly settings: KinesisOutSettings,
    private readonly randomKey: () => string,
  ) {
    this.data = dataOf(settings);
    this.partitionKey = optional(settings.partitionKey);
    this.explicitHashKey = optional(settings.explicitHashKey);
  }

  /** @throws RecordError when the record cannot be stored as it is */
  encode(item: RecordInMessage): PutEntry {
    const { record } = item;
    if (record === undefined) throw new RecordError('payload', record, 'present');
    const partitionKey = this.keyOf(item);
    const explicitHashKey = this.hashKeyOf(item);
    const entry = { partitionKey, data: this.data(record), ...(explicitHashKey ? { explicitHashKey } : {}) };
    const bytes = entryBytes(entry);
    if (bytes > this.settings.maxRecordBytes) {
      const limit = `at most ${this.settings.maxRecordBytes} bytes with its partition key (it has ${bytes})`;
      throw new RecordError('payload', record, limit);
    }
    return entry;
  }

  private keyOf(item: RecordInMessage): string {
    const key = this.partitionKey ? this.partitionKey(alone(item)) : topicOf(item.msg);
    if (key === undefined) return this.randomKey();
    // The service counts characters, JavaScript counts some of them twice.
    const tooLong = key.length > maxKeyCharacters && [...key].length > maxKeyCharacters;
    if (key === '' || tooLong) {
      throw new RecordError('partitionKey', key, `1 to ${maxKeyCharacters} characters`);
    }
    return key;
  }

  private hashKeyOf(item: RecordInMessage): string | undefined {
    const key = this.explicitHashKey?.(alone(item));
    if (key === undefined) return undefined;
    if (!/^(0|[1-9]\d{0,38})$/.test(key) || BigInt(key) >= hashKeys) {
      throw new RecordError('explicitHashKey', key, 'a whole number from 0 to 2^128 - 1');
    }
    return key;
  }
}

function optional(template: string): Template | undefined {
  return template === '' ? undefined : compileTemplate(template);
}

function dataOf({ format, fields, delimiter }: KinesisOutSettings): (record: unknown) => Uint8Array {
  switch (format) {
    case 'json':
      return (record) => Buffer.from(json(record));
    case 'csv': {
      const line = csvLine(fields, delimiter);
      return (record) => {
        if (!isObject(record) && !Array.isArray(record)) {
          throw new RecordError('payload', record, 'an object to make a CSV line of');
        }
        return Buffer.from(line(record));
      };
    }
    case 'raw':
      return (record) => {
        if (record instanceof Uint8Array) return record;
        if (typeof record === 'string') return Buffer.from(record);
        throw new RecordError('payload', record, 'text or a buffer in format raw');
      };
  }
}

function json(record: unknown): string {
  // JSON has neither bytes nor NaN: it would store `{"type":"Buffer",…}` and `null`, and nobody would notice.
  if (record instanceof Uint8Array)
    throw new RecordError('payload', record, 'a JSON value, or use format raw');
  if (typeof record === 'number' && !Number.isFinite(record)) {
    throw new RecordError('payload', record, 'a finite number');
  }
  let text: string | undefined;
  try {
    // Functions and symbols give undefined, which the types leave out.
    text = JSON.stringify(record) as string | undefined;
  } catch (error) {
    throw new RecordError('payload', record, `a value that JSON can hold (${reason(error)})`);
  }
  if (text === undefined) throw new RecordError('payload', record, 'a value that JSON can hold');
  return text;
}

/** The first line alone: below it the runtime draws the circle. */
function reason(error: unknown): string {
  return error instanceof Error ? error.message.split('\n', 1)[0]! : String(error);
}
