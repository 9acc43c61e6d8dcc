import type { ShardPosition } from '../../delivery/positions';
import { faultOf } from './fault';
import { iteratorStart } from './iteratorStart';
import type { KinesisApi } from './KinesisApi';
import { ReadPacing } from './ReadPacing';
import { PositionRefused, type Page, type RecordSource } from './RecordSource';
import type { Timing } from './timing';

export interface PollingOptions {
  /** stored records per read, at most 10,000 */
  readonly limit: number;
  /** milliseconds between reads of a shard that has nothing new */
  readonly maxIdle: number;
}

export interface PollingParts extends PollingOptions {
  readonly api: KinesisApi;
  readonly timing: Timing;
}

/** Asks a shard again and again for records, by GetShardIterator and GetRecords. */
export class PollingSource implements RecordSource {
  private readonly pacing: ReadPacing;
  private iterator: string | undefined;

  /** @param tip start with the newest record at the first try, whatever the position's time says */
  constructor(
    private readonly shardId: string,
    private tip: boolean,
    private readonly parts: PollingParts,
  ) {
    this.pacing = new ReadPacing(parts.maxIdle);
  }

  async next(position: ShardPosition, signal: AbortSignal): Promise<Page> {
    const { api, timing, limit } = this.parts;
    const started = timing.elapsed();
    try {
      this.iterator ??= await this.openIterator(position, signal);
      const { records, next, millisBehindLatest } = await api.read(this.iterator, limit, signal);
      this.iterator = next;
      const bytes = records.reduce((sum, { data }) => sum + data.length, 0);
      const wait = this.pacing.next({ bytes, records: records.length, millisBehindLatest });
      return { records, millisBehindLatest, ended: next === undefined, asOf: started, due: started + wait };
    } catch (error) {
      const fault = faultOf(error);
      // The iterator outlives a refused or lost read; these three say that it is of no use any more.
      if (fault === 'expired' || fault === 'invalid' || fault === 'missing') this.iterator = undefined;
      throw error;
    }
  }

  private async openIterator(position: ShardPosition, signal: AbortSignal): Promise<string> {
    const { tip } = this;
    this.tip = false;
    try {
      return await this.parts.api.iterator(
        this.shardId,
        tip ? { type: 'LATEST' } : iteratorStart(position),
        signal,
      );
    } catch (error) {
      throw faultOf(error) === 'invalid' && position.at === 'after' ? new PositionRefused(error) : error;
    }
  }
}
