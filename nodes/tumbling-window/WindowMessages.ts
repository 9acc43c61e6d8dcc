import type { Aggregates } from '../../lib/windows/aggregates';
import { Derived } from '../../lib/windows/derived';
import type { ShardOrigin } from '../../lib/records/partitionOf';
import type { WindowContent } from '../../lib/windows/WindowContent';
import type { ClosedWindow } from '../../lib/windows/WindowsOfKey';
import { partialPayload } from './partialWindow';
import type { KeyValues } from './savedWindows';
import type { WindowSettings } from './settings';

/** The message of one closed window. */
export interface WindowMessage {
  readonly payload: Record<string, unknown>;
  readonly topic: string;
  readonly timestamp: number;
  readonly window: {
    readonly start: number;
    readonly end: number;
    readonly key: string;
    readonly count: number;
    readonly filled: boolean;
    readonly partial: boolean;
  };
  /** the shard that the records came from, in a flow that several instances share */
  readonly kinesis?: ShardOrigin;
}

export type Closed = ClosedWindow<WindowContent, KeyValues>;

/** Says what each window held. */
export class WindowMessages {
  private readonly derived: Derived;

  /** @param sender tells this node's partial windows from those of others */
  constructor(
    private readonly settings: WindowSettings,
    private readonly aggregates: Aggregates,
    private readonly sender: string,
  ) {
    this.derived = new Derived(settings.derived);
  }

  /** @param origin the shard that its records came from, in a flow that several instances share */
  of(closed: Closed, origin: ShardOrigin | undefined): WindowMessage {
    const { start, end, key, identity, count, filled, partial } = closed;
    return {
      ...(origin ? { kinesis: origin } : {}),
      payload: { ...Object.fromEntries(identity), ...this.resultOf(closed) },
      topic: key,
      timestamp: end,
      window: { start, end, key, count, filled, partial },
    };
  }

  private resultOf(closed: Closed): object {
    if (this.settings.output === 'partial') return partialPayload(closed, this.aggregates, this.sender);
    const results = new Map<string, unknown>(this.aggregates.results(closed.state.gathered));
    this.derived.addTo(results);
    return Object.fromEntries(results);
  }
}
