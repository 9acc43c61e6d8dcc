import type { ShardPosition } from '../../delivery/positions';
import type { IteratorStart } from './KinesisApi';

/** Where the service starts to give what comes after a position. */
export function iteratorStart(position: ShardPosition): IteratorStart {
  switch (position.at) {
    case 'timestamp':
      return { type: 'AT_TIMESTAMP', time: position.time };
    case 'after': {
      const { sequenceNumber, subSequenceNumber } = position;
      // Half of an aggregated record is done: it is read again, and its first half passed over.
      const type = subSequenceNumber === undefined ? 'AFTER_SEQUENCE_NUMBER' : 'AT_SEQUENCE_NUMBER';
      return { type, sequenceNumber };
    }
    default:
      return { type: 'TRIM_HORIZON' };
  }
}
