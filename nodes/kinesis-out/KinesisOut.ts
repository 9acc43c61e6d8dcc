import type { Accepted, PutEntry } from '../../lib/aws/kinesis/putRecords';
import { streamName } from '../../lib/aws/kinesis/streamRef';
import type { RecordInMessage } from '../../lib/records/messageProperty';
import { RecordEncoder } from './RecordEncoder';
import type { KinesisOutSettings } from './settings';

/** What `msg.kinesis` says of a stored record. */
export interface Stored {
  readonly stream: string;
  readonly shardId: string;
  readonly sequenceNumber: string;
  readonly partitionKey: string;
}

/** Stores the records of messages in a stream. */
export class KinesisOut {
  private readonly stream: string;
  private readonly encoder: RecordEncoder;

  /**
   * @param put resolves when the service has stored the entry
   * @param randomKey the partition key of a record that has none of its own
   */
  constructor(
    settings: KinesisOutSettings,
    private readonly put: (entry: PutEntry) => Promise<Accepted>,
    randomKey: () => string,
  ) {
    this.stream = streamName(settings.stream);
    this.encoder = new RecordEncoder(settings, randomKey);
  }

  /** Rejects with a RecordError when the record cannot be stored as it is, with a DeliveryError when it was not stored. */
  async store(item: RecordInMessage): Promise<Stored> {
    const entry = this.encoder.encode(item);
    const { shardId, sequenceNumber } = await this.put(entry);
    return { stream: this.stream, shardId, sequenceNumber, partitionKey: entry.partitionKey };
  }
}
