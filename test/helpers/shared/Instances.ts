import { crashFlow, type FlowNodes } from '../crash/flow';
import { Runtime } from '../crash/Runtime';
import type { Sink } from '../crash/Surroundings';
import { stateBucket, type Services } from './Services';

/** Milliseconds after which the shards of an instance that has gone silent are taken over. */
export const failover = 3000;
/** Milliseconds between saves of a shard: the local services run in one process, and are what is slow. */
const saveInterval = 1000;

/** Instances of Node-RED with the same flow, each with a user directory of its own. */
export class Instances {
  readonly all: Runtime[] = [];
  private readonly flows: FlowNodes;
  private readonly env: Readonly<Record<string, string>>;

  /**
   * @param application names the lease table
   * @param settings of kinesis-in
   */
  constructor(
    readonly services: Services,
    sink: Sink,
    application: string,
    settings: object = {},
  ) {
    this.flows = crashFlow(sink.topics).map((node) =>
      node.id === 'in'
        ? { ...node, sharing: 'leases', application, stateBucket, failover, saveInterval, ...settings }
        : node,
    );
    this.env = { ...sink.env, ...services.env };
  }

  /** Every log line that no run may have. */
  get complaints(): readonly string[] {
    return this.all.flatMap((runtime) => runtime.complaints);
  }

  async add(): Promise<Runtime> {
    const runtime = await Runtime.create(this.flows, this.env);
    this.all.push(runtime);
    await runtime.start();
    return runtime;
  }

  /** How many shards the running instances say that they have. */
  shards(): number {
    return this.all.reduce((sum, runtime) => sum + this.shardsOf(runtime), 0);
  }

  shardsOf(runtime: Runtime): number {
    if (!runtime.isRunning) return 0;
    return Number(/^(\d+) shard/.exec(runtime.statusesOf('in').at(-1) ?? '')?.[1] ?? 0);
  }

  /** Stops those that run, one after the other. */
  async stop(): Promise<void> {
    for (const runtime of this.all) if (runtime.isRunning) await runtime.stop();
  }

  async remove(): Promise<void> {
    await Promise.all(this.all.map((runtime) => runtime.remove()));
  }
}
