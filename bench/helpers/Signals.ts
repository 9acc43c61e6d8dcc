import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { FaultProxy } from '../../local/FaultProxy';
import type { LocalKinesis } from '../../local/kinesis';
import { streamName } from '../../test/helpers/crash/flow';
import { Runtime } from '../../test/helpers/crash/Runtime';
import { Sink, Surroundings } from '../../test/helpers/crash/Surroundings';
import { signal, signalFlow, signalsIn } from './signalFlow';
import { printingVitals } from './vitals';

/** The flow of signals on a Kinesis and an SNS of this process, with a proxy before SNS that sees all that is published. */
export class Signals {
  private seen = 0;
  /** when a notification first reached SNS, ms since the epoch, by its signal */
  private readonly published = new Map<number, number>();

  private constructor(
    private readonly surroundings: Surroundings,
    private readonly sink: Sink,
    readonly sns: FaultProxy,
    readonly runtime: Runtime,
  ) {}

  static async create(
    options: { start?: () => Promise<LocalKinesis>; shards?: number; kinesisIn?: object } = {},
  ): Promise<Signals> {
    const { start, shards = 2, kinesisIn = {} } = options;
    const surroundings = await Surroundings.start(shards, start);
    const sink = await Sink.open(surroundings, 'signals');
    const sns = await FaultProxy.start(sink.env.AWS_ENDPOINT_URL_SNS!);
    const flow = signalFlow({ topicArn: sink.topics.alertTopicArn, kinesisIn });
    const env = { ...sink.env, AWS_ENDPOINT_URL_SNS: sns.endpoint, ...printingVitals };
    return new Signals(surroundings, sink, sns, await Runtime.create(flow, env));
  }

  /** Puts the signals from `from` up to but without `to`. */
  async put(from: number, to: number, isAlert: (id: number) => boolean): Promise<void> {
    for (let first = from; first < to; first += 500) {
      const count = Math.min(500, to - first);
      const Records = Array.from({ length: count }, (_, index) => {
        const { key, data } = signal(first + index, isAlert(first + index));
        return { PartitionKey: key, Data: Buffer.from(data) };
      });
      await this.surroundings.client.send(new PutRecordsCommand({ StreamName: streamName, Records }));
    }
  }

  /** What SNS has answered so far. */
  get arrivals(): ReadonlyMap<number, number> {
    for (const { at, body, fault } of this.sns.requests.slice(this.seen)) {
      if (fault) continue;
      for (const id of signalsIn(body)) if (!this.published.has(id)) this.published.set(id, at);
    }
    this.seen = this.sns.requests.length;
    return this.published;
  }

  async close(): Promise<void> {
    await this.runtime.remove();
    await this.sns.close();
    await this.sink.close();
    await this.surroundings.close();
  }
}
