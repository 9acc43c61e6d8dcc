import type { ShardPosition } from '../../delivery/positions';

/** A position as a lease holds it. `latest` is never written here, but other applications of the table write it. */
export type LeasePosition = ShardPosition | { readonly at: 'latest' };

/** The position as the Kinesis Client Library writes it, in two attributes, and one of our own. */
export interface Checkpoint {
  /** a sequence number, or the name of a place */
  readonly checkpoint: string;
  /** the last user record that is done of the stored record `checkpoint`, counted from 0; 0 with the name of a place */
  readonly subSequenceNumber: number;
  /**
   * Of AT_TIMESTAMP: milliseconds since the epoch. The library has the time in its application's configuration; here it
   * stays with the shard, because it may be the moment when `latest` began.
   */
  readonly startTime?: number | undefined;
}

/**
 * "All of the stored record". The library writes the index of its last user record; a plain position no longer knows how
 * many there were. It passes over every user record up to the number given, so one beyond them all says the same.
 */
const allOfIt = 2 ** 31 - 1;

export function checkpointOf(position: LeasePosition): Checkpoint {
  switch (position.at) {
    case 'trim-horizon':
      return { checkpoint: 'TRIM_HORIZON', subSequenceNumber: 0 };
    case 'latest':
      return { checkpoint: 'LATEST', subSequenceNumber: 0 };
    case 'timestamp':
      return { checkpoint: 'AT_TIMESTAMP', subSequenceNumber: 0, startTime: position.time };
    case 'end':
      return { checkpoint: 'SHARD_END', subSequenceNumber: 0 };
    case 'after':
      return {
        checkpoint: position.sequenceNumber,
        subSequenceNumber: position.subSequenceNumber ?? allOfIt,
      };
  }
}

/**
 * The position that a checkpoint names, whoever wrote it. AT_TIMESTAMP without its time is the start of the shard: that
 * repeats records, and loses none.
 * @throws Error when it is no checkpoint of the library
 */
export function positionOf({ checkpoint, subSequenceNumber, startTime }: Checkpoint): LeasePosition {
  switch (checkpoint) {
    case 'TRIM_HORIZON':
      return { at: 'trim-horizon' };
    case 'LATEST':
      return { at: 'latest' };
    case 'AT_TIMESTAMP':
      return startTime === undefined ? { at: 'trim-horizon' } : { at: 'timestamp', time: startTime };
    case 'SHARD_END':
      return { at: 'end' };
    default:
  }
  if (!/^\d{1,129}$/.test(checkpoint)) {
    throw new Error(
      `a checkpoint must be a sequence number, TRIM_HORIZON, LATEST, AT_TIMESTAMP or SHARD_END, got "${checkpoint}"`,
    );
  }
  return subSequenceNumber >= allOfIt
    ? { at: 'after', sequenceNumber: checkpoint }
    : { at: 'after', sequenceNumber: checkpoint, subSequenceNumber };
}

/** Whether nothing of the shard has been processed yet. */
export function isStart({ at }: LeasePosition): boolean {
  return at !== 'after' && at !== 'end';
}
