import type { TrackOptions } from '../FlowTracker';
import type { ActivePartitions } from '../partitions';
import type { Work } from '../Work';
import type { ScopeLedger } from './Scopes';

/** What a node gets for taking part in checkpoints. */
export interface Membership {
  /** What the sources that feed the node read now; undefined when none does. */
  readonly partitions: ActivePartitions;
  /**
   * Follows what a node sends by itself, not in answer to a message, so that no checkpoint falls in between.
   * @param send gets what stands for the message that it is not, and may go on in later turns: see `work`
   */
  track(send: (msg: object) => void | Promise<void>): void;
  /** See FlowTracker. */
  work(msg: object): Work;
  /** To be awaited before the node gives its state up. @param gone the node is not in the flows any more */
  leave(gone: boolean): Promise<void>;
}

/** What a source gets. */
export interface SourceMembership {
  /** Whether some node of the flow remembers what was sent, so that a message cannot simply be sent again. */
  readonly remembers: boolean;
  /**
   * Follows a message through the flow, see FlowTracker. When a deploy takes it away, the flow goes back to its last
   * checkpoint.
   */
  track(
    msg: { _msgid: string },
    send: () => void,
    options: Pick<TrackOptions, 'hold' | 'onHeld'>,
  ): Promise<unknown>;
  /** Takes the flow back to its last checkpoint; what is on its way never comes to an end. */
  rewind(): void;
  /**
   * Takes over a scope that this instance has got: restores the state that every node of the flow has in it.
   * @throws Error when it cannot be used
   */
  openScope(scope: string, ledger: ScopeLedger): void;
  /** Gives a scope up. @param how with a last checkpoint, or as the last one has left it */
  closeScope(scope: string, how: 'commit' | 'abandon'): Promise<void>;
  leave(gone: boolean): Promise<void>;
}
