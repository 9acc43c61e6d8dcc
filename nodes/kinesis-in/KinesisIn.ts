import type { UserRecord } from '../../lib/aws/kinesis/records';
import type { ShardBatch } from '../../lib/aws/kinesis/ShardReader';
import { streamName } from '../../lib/aws/kinesis/streamRef';
import { isVector } from '../../lib/records/batch';
import type { Message } from '../../lib/records/messageProperty';
import { RecordError } from '../../lib/records/RecordError';
import type { Attempts } from './Attempts';
import type { KinesisInSettings } from './settings';

/** Where messages go. */
export interface Output {
  /** Resolves when the flow is done with the message, with the error if there was one. */
  send(msg: Message): Promise<unknown>;
  /** Reports what cannot be processed. Resolves when the flow is done with the report. */
  fail(error: unknown, msg: Message): Promise<unknown>;
  /** Whether nodes of the flow remember what was sent, so that it cannot simply be sent again. */
  readonly remembers: boolean;
  /** Takes the flow back to its last checkpoint, from which everything is delivered again. */
  rewind(): void;
  /** Waits before a message is sent again. */
  pause(attempt: number): Promise<void>;
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
    private readonly attempts: Attempts,
    private readonly output: Output,
  ) {
    this.stream = streamName(settings.stream);
  }

  /** Resolves when the flow is done with all of these records. */
  async deliver(batch: ShardBatch): Promise<void> {
    const sent: Promise<unknown>[] = [];
    const items: Item[] = [];
    for (const record of batch.records) {
      const kinesis = this.originOf(record, batch);
      const raw = { payload: asBuffer(record.data), kinesis, timestamp: record.arrival };
      try {
        const item = { ...raw, payload: this.decode(record, kinesis) };
        const error = this.attempts.lastError(kinesis);
        if (error === undefined) items.push(item);
        else sent.push(this.giveUp(item, error));
      } catch (error) {
        sent.push(this.output.fail(error, this.message(raw)));
      }
    }
    const messages =
      this.settings.emit === 'batch' ? this.batches(items) : items.map((item) => this.message(item));
    sent.push(...messages.map((message) => this.send(message)));
    await Promise.all(sent);
  }

  /** A record that has had all its attempts before the flow went back. */
  private async giveUp(item: Item, error: unknown): Promise<void> {
    await this.output.fail(error, this.message(item));
    this.attempts.settled(item.kinesis);
  }

  /** Sends a message as often as it may be tried, and then reports its records one by one. */
  private async send(message: Message): Promise<void> {
    const { attempts, output } = this;
    const origins = [message.kinesis as Origin | Origin[]].flat();
    for (let attempt = 1; ; attempt++) {
      // The flow may change what it gets, and it may be needed again.
      const error = await output.send({ ...message });
      if (error === undefined || attempts.retries === 0) break;
      for (const origin of origins) attempts.failed(origin, error);
      if (output.remembers) {
        output.rewind();
        return new Promise(() => undefined);
      }
      if (attempts.lastError(origins[0]!) !== undefined) {
        await Promise.all(this.apart(message).map((each) => output.fail(error, each)));
        break;
      }
      await output.pause(attempt);
    }
    for (const origin of origins) attempts.settled(origin);
  }

  private apart(message: Message): Message[] {
    const { payload, kinesis, ...rest } = message;
    if (!Array.isArray(kinesis)) return [message];
    return kinesis.map((origin: Origin, index) => ({
      ...rest,
      payload: (payload as readonly unknown[])[index],
      kinesis: origin,
      timestamp: origin.approximateArrivalTimestamp,
    }));
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
