import { lambdaData } from '../../lib/cloudwatch-logs/envelope';
import { decodeContent } from '../../lib/encoding/decodeContent';
import { DecodeError } from '../../lib/encoding/DecodeError';
import type { Decoding } from '../../lib/encoding/inflate';
import { startsGzip } from '../../lib/encoding/members';
import { asBuffer, utf8 } from '../../lib/encoding/text';
import { isObject } from '../../lib/records/batch';
import { RecordError } from '../../lib/records/RecordError';
import type { GzipSettings } from './settings';
import { splitText, splitValue, type Pieces } from './split';

/** Takes the wrappings off one received record and splits it into the records inside. */
export class GzipDecode {
  constructor(private readonly settings: GzipSettings) {}

  /** @throws RecordError when nothing of the record can be read */
  *decode(record: unknown): Decoding<Pieces> {
    try {
      return yield* this.open(record);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      throw new RecordError('payload', error.seen ?? record, error.expected);
    }
  }

  private *open(record: unknown): Decoding<Pieces> {
    if (typeof record === 'string') return yield* this.openText(record);
    const bytes = bytesOf(record);
    if (bytes) return this.split(yield* decodeContent(nonEmpty(bytes), this.settings));
    const logs = lambdaData(record);
    if (logs !== undefined) return yield* this.openText(logs);
    if (isObject(record)) return splitValue(record, this.settings);
    throw new RecordError('payload', record, 'a buffer, text or an object');
  }

  /** Text that is what it is, or base64, or bytes that a source handed over as a string of one character a byte. */
  private *openText(text: string): Decoding<Pieces> {
    const inBinary = mayBeBinary(text) ? yield* this.openBinary(Buffer.from(text, 'latin1')) : undefined;
    if (inBinary) return this.split(inBinary);
    if (text.startsWith('\x1f\ufffd')) {
      throw new RecordError(
        'payload',
        text,
        'a buffer: compressed data was read as text, which destroyed it',
      );
    }
    const bytes = nonEmpty(Buffer.from(text));
    const content = yield* decodeContent(bytes, this.settings);
    return content === bytes && this.settings.output === 'text'
      ? splitText(text, this.settings)
      : this.split(content);
  }

  private *openBinary(bytes: Buffer): Decoding<Buffer | undefined> {
    try {
      const content = yield* decodeContent(bytes, this.settings);
      return content === bytes ? undefined : content;
    } catch (error) {
      if (!(error instanceof DecodeError) || error.tooLarge || startsGzip(bytes)) throw error;
      return undefined;
    }
  }

  private split(content: Buffer): Pieces {
    const { split, output } = this.settings;
    if (split === 'none' && output === 'buffer') return { pieces: [{ record: content }], controls: 0 };
    const text = utf8(content);
    if (text === undefined) {
      throw new RecordError(
        'payload',
        content,
        'UTF-8 text inside (for other data: no split, output buffer)',
      );
    }
    return splitText(text, this.settings);
  }
}

/** Buffers and other views of memory, and buffers that were through JSON. */
function bytesOf(record: unknown): Buffer | undefined {
  if (record instanceof Uint8Array) return asBuffer(record);
  if (ArrayBuffer.isView(record)) return Buffer.from(record.buffer, record.byteOffset, record.byteLength);
  if (record instanceof ArrayBuffer) return Buffer.from(record);
  if (isObject(record) && record.type === 'Buffer' && Array.isArray(record.data)) {
    return Buffer.from(record.data as number[]);
  }
  return undefined;
}

function nonEmpty(bytes: Buffer): Buffer {
  if (bytes.length === 0) throw new DecodeError('a record of at least one byte');
  return bytes;
}

/** Every character fits a byte, and some are none that a text holds. */
function mayBeBinary(text: string): boolean {
  // eslint-disable-next-line no-control-regex -- telling binary from text is what it is for
  return /[\u0000-\u0008\u000e-\u001a\u007f-\u009f]/.test(text) && /^[\u0000-\u00ff]*$/.test(text);
}
