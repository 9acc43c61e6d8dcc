import type { UserRecord } from '../../lib/aws/kinesis/records';
import type { ShardBatch } from '../../lib/aws/kinesis/ShardReader';
import { streamName } from '../../lib/aws/kinesis/streamRef';
import { isVector } from '../../lib/records/batch';
import type { Message } from '../../lib/records/messageProperty';
import { RecordError } from '../../lib/records/RecordError';
import type { KinesisInSettings } from './settings';

/** Where messages go. Both resolve when the flow is done with the message. */
export interface Output {
  send(msg: Message): Promise<void>;
  /** To the Catch nodes. */
  fail(error: Error, msg: Message): Promise<void>;
}

/** Where a record comes from: `msg.kinesis`. */
export interface Origin {
  readonly stream: string;
  readonly shardId: string;
  readonly sequenceNumber: string;
  readonly subSequenceNumber: number;
  readonly partitionKey: string;
  /** milliseconds since the epoch */
  readonly approximateArrivalTimestamp: number;
  /** milliseconds */
  readonly millisBehindLatest: number;
}

interface Item {
  readonly payload: unknown;
  readonly kinesis: Origin;
  /** milliseconds since the epoch */
  readonly timestamp: number;
}

/** Makes messages of records and hands them to the flow in their order. */
export class KinesisIn {
  private readonly stream: string;

  constructor(
    private readonly settings: Pick<KinesisInSettings, 'stream' | 'emit' | 'format'>,
    private readonly output: Output,
  ) {
    this.stream = streamName(settings.stream);
  }

  /** Resolves when the flow is done with all of these records. */
  async deliver(batch: ShardBatch): Promise<void> {
    const sent: Promise<void>[] = [];
    const items: Item[] = [];
    for (const record of batch.records) {
      const kinesis = this.originOf(record, batch);
      try {
        items.push({ payload: this.decode(record, kinesis), kinesis, timestamp: record.arrival });
      } catch (error) {
        const raw = { payload: asBuffer(record.data), kinesis, timestamp: record.arrival };
        sent.push(this.output.fail(error as Error, this.message(raw)));
      }
    }
    const messages =
      this.settings.emit === 'batch' ? this.batches(items) : items.map((item) => this.message(item));
    sent.push(...messages.map((message) => this.output.send(message)));
    await Promise.all(sent);
  }

  private batches(items: readonly Item[]): Message[] {
    const payload = items.map((item) => item.payload);
    // Every node downstream would take an array of numbers for one vector.
    if (isVector(payload)) return items.map((item) => this.message(item));
    if (items.length === 0) return [];
    const kinesis = items.map((item) => item.kinesis);
    return [{ topic: this.stream, payload, kinesis, timestamp: items.at(-1)!.timestamp }];
  }

  private message(item: Item): Message {
    return { topic: this.stream, ...item };
  }

  private originOf(record: UserRecord, { shardId, millisBehindLatest }: ShardBatch): Origin {
    return {
      stream: this.stream,
      shardId,
      sequenceNumber: record.sequenceNumber,
      subSequenceNumber: record.subSequenceNumber ?? 0,
      partitionKey: record.partitionKey,
      approximateArrivalTimestamp: record.arrival,
      millisBehindLatest,
    };
  }

  private decode({ data }: UserRecord, { shardId, sequenceNumber }: Origin): unknown {
    const bytes = asBuffer(data);
    if (this.settings.format === 'buffer') return bytes;
    const text = bytes.toString('utf8');
    if (this.settings.format === 'utf8') return text;
    try {
      return JSON.parse(text) as unknown;
    } catch {
      const expected = `JSON in record ${sequenceNumber} of ${shardId} (format "buffer" takes any data)`;
      throw new RecordError('payload', text, expected);
    }
  }
}

function asBuffer(data: Uint8Array): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}
