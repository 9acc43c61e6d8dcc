import {
  StreamConsumer,
  type ConsumerOptions,
  type ConsumerParts,
} from '../../lib/aws/kinesis/StreamConsumer';
import { streamName } from '../../lib/aws/kinesis/streamRef';
import { asPartitions, type Life } from './Life';
import type { SavedPositions } from './SavedPositions';
import type { KinesisInSettings } from './settings';

/** Reading all shards of a stream, with the positions in this instance's own state. */
export function ownLife(
  settings: KinesisInSettings,
  options: ConsumerOptions,
  parts: Omit<ConsumerParts, 'saved'>,
  saved: SavedPositions,
): Pick<Life, 'positions' | 'partitions' | 'end'> {
  const consumer = new StreamConsumer(options, { ...parts, saved: saved.positions });
  const stop = new AbortController();
  const running = consumer.run(stop.signal);
  return {
    positions: (of) => new Map([['', saved.changes(consumer.positions(of))]]),
    partitions: () => asPartitions(streamName(settings.stream), consumer.shards()),
    async end() {
      stop.abort();
      await running;
    },
  };
}
