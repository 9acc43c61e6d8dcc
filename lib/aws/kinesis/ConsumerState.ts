import { faultOf, type Fault } from './fault';
import type { ShardState } from './ShardReader';

/** How a consumer stands, for people. */
export interface ConsumerState {
  /** shards being read */
  readonly shards: number;
  /** of the shard that lags most; undefined before the first read */
  readonly millisBehindLatest: number | undefined;
  /** what keeps the stream, or at least one shard, from being read now */
  readonly fault: Fault | undefined;
  readonly error?: unknown;
  /** the saved state of a shard cannot be taken over, so that the shard is not read */
  readonly unreadable?: boolean;
}

/** What a person should know although reading goes on. */
export type ConsumerEvent =
  | { readonly event: 'position-refused'; readonly shardId: string; readonly error: unknown }
  | { readonly event: 'shard-expired'; readonly shardId: string }
  | { readonly event: 'stream-recreated' }
  | { readonly event: 'failing'; readonly error: unknown };

/**
 * @param states of the shards that are read
 * @param error that the stream itself met at the last look; it says more than those of the shards. undefined when none
 */
export function summaryOf(
  states: readonly ShardState[],
  error: unknown,
): Pick<ConsumerState, 'millisBehindLatest' | 'fault' | 'error'> {
  const lags = states.map(({ millisBehindLatest }) => millisBehindLatest).filter((lag) => lag !== undefined);
  const millisBehindLatest = lags.length > 0 ? Math.max(...lags) : undefined;
  if (error !== undefined) return { millisBehindLatest, fault: faultOf(error), error };
  return { millisBehindLatest, fault: states.find(({ fault }) => fault)?.fault };
}
