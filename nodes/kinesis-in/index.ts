import path from 'node:path';
import type { NodeAPI, NodeMessageInFlow, NodeStatus } from 'node-red';
import { connectionOf } from '../../lib/aws/connectionOf';
import { FanOut, type FanOutEvent } from '../../lib/aws/kinesis/fan-out/FanOut';
import { SdkFanOutApi } from '../../lib/aws/kinesis/fan-out/SdkFanOutApi';
import type { StartAt } from '../../lib/aws/kinesis/lineage';
import { SdkKinesisApi } from '../../lib/aws/kinesis/SdkKinesisApi';
import {
  StreamConsumer,
  type ConsumerEvent,
  type ConsumerOptions,
  type ConsumerState,
} from '../../lib/aws/kinesis/StreamConsumer';
import { realTiming } from '../../lib/aws/kinesis/timing';
import { FilePositionStore } from '../../lib/delivery/FilePositionStore';
import { shareFlowTracker } from '../../lib/delivery/FlowTracker';
import { InFlight } from '../../lib/delivery/InFlight';
import { named } from '../../lib/node-red/NodeError';
import { registerNode } from '../../lib/node-red/registerNode';
import { userFolder } from '../../lib/node-red/userFolder';
import type { Message } from '../../lib/records/messageProperty';
import { momentTime } from '../../lib/settings/moment';
import { KinesisIn } from './KinesisIn';
import { Restarts } from './Restarts';
import { consumerNameOf, settings, type KinesisInSettings } from './settings';

/** Milliseconds that a stopping node waits for what is in flight; Node-RED itself waits 15 s for a node. */
const closeWait = 2000;

export = (RED: NodeAPI): void => {
  registerNode(RED, 'kinesis-in', settings, ({ node, settings, status }) => {
    const connection = connectionOf(RED, settings.aws);
    const { tracker, release } = shareFlowTracker(RED);
    const store = new FilePositionStore(
      path.join(userFolder(RED), 'streamcut', 'positions', `${node.id}.json`),
      settings,
    );
    const api = new SdkKinesisApi(() => connection.kinesis(), settings.stream);
    const subscribe = (signal: AbortSignal) =>
      new FanOut(
        {
          api: new SdkFanOutApi(() => connection.kinesis(), settings.stream),
          timing: realTiming,
          consumerName: consumerNameOf(settings),
          onEvent: (event) => node.warn(warningOf(event)),
        },
        signal,
      );
    const held = new Set<string>();
    let closed = false;

    const track = (msg: Message, onLost: () => void, send: (msg: NodeMessageInFlow) => void) => {
      const sent = { ...msg, _msgid: RED.util.generateId() } as NodeMessageInFlow;
      const onHeld = (holder: string) => {
        if (closed || held.has(holder)) return;
        held.add(holder);
        node.warn(RED._('kinesis-in.warning.held', { holder, seconds: String(settings.maxHold / 1000) }));
      };
      return tracker.track(sent, () => send(sent), { hold: settings.maxHold, onHeld, onLost });
    };

    /** Consumes from the saved positions on, until it is ended. */
    function begin(onLost: () => void): { end(): Promise<void> } {
      const inFlight = new InFlight(settings.maxInFlight);
      const stop = new AbortController();
      const kinesisIn = new KinesisIn(settings, {
        send: (msg) => track(msg, onLost, (sent) => node.send(sent)),
        fail: (error, msg) => track(msg, onLost, (sent) => node.error(named(node, error), sent)),
      });
      const fanOut = settings.consumption === 'polling' ? undefined : subscribe(stop.signal);
      const consumer = new StreamConsumer(consumerOptions(settings), {
        api,
        ...(fanOut ? { fanOut } : {}),
        store,
        timing: realTiming,
        inFlight,
        deliver: (batch) => kinesisIn.deliver(batch),
        onState: (state) => status.set(statusOf(state, fanOut)),
        onEvent: (event) => node.warn(warningOf(event)),
      });
      const running = consumer.run(stop.signal).catch((error: unknown) => {
        status.set({ fill: 'red', shape: 'ring', text: RED._('kinesis-in.status.positions') });
        node.error(named(node, error));
      });
      return {
        async end() {
          stop.abort();
          await running;
          await inFlight.idle(closeWait);
          await consumer.close();
        },
      };
    }

    const life = new Restarts(begin);
    node.on('close', (done: () => void) => {
      closed = true;
      void life.end().finally(() => {
        release();
        done();
      });
    });
  });

  function statusOf(
    { shards, millisBehindLatest, fault, error }: ConsumerState,
    fanOut: FanOut | undefined,
  ): NodeStatus {
    const say = (key: string, values: Record<string, string> = {}) =>
      RED._(`kinesis-in.status.${key}`, values);
    switch (fault) {
      case 'missing':
        return { fill: 'red', shape: 'ring', text: say('missing') };
      case 'denied':
      case 'invalid':
        return { fill: 'red', shape: 'ring', text: error instanceof Error ? error.name : say(fault) };
      case 'busy':
      case 'throttled':
      case 'unreachable':
        return { fill: 'yellow', shape: 'ring', text: say(fault) };
      default:
    }
    if (shards === 0) return { fill: 'yellow', shape: 'ring', text: say('waiting') };
    const count = shards === 1 ? say('shard') : say('shards', { shards: String(shards) });
    if (millisBehindLatest === undefined) return { fill: 'yellow', shape: 'ring', text: count };
    const lag =
      millisBehindLatest === 0 ? say('current') : say('behind', { behind: duration(millisBehindLatest) });
    const text = `${count}, ${lag}`;
    if (fanOut?.refused) return { fill: 'yellow', shape: 'dot', text: `${text}, ${say('polling')}` };
    return { fill: 'green', shape: 'dot', text: fanOut ? `${text}, ${say('fan-out')}` : text };
  }

  function warningOf(event: ConsumerEvent | FanOutEvent): string {
    const reason =
      'error' in event ? (event.error instanceof Error ? event.error.message : String(event.error)) : '';
    const shard = 'shardId' in event ? event.shardId : '';
    return RED._(`kinesis-in.warning.${event.event}`, { shard, reason });
  }
};

function consumerOptions(settings: KinesisInSettings): ConsumerOptions {
  const { batchSize, maxInFlight, emit, idleWait, discoveryInterval, saveInterval } = settings;
  return {
    startAt: startAtOf(settings),
    limit: batchSize,
    batch: emit === 'batch' ? Math.min(batchSize, maxInFlight) : 1,
    maxIdle: idleWait,
    discoveryInterval,
    saveInterval,
  };
}

function startAtOf({ startAt, startTimestamp }: KinesisInSettings): StartAt {
  return startAt === 'timestamp' ? { at: startAt, time: momentTime(startTimestamp) ?? 0 } : { at: startAt };
}

/** How long, for a status line: `340 ms`, `12 s`, `5 min`, `3 h`. */
function duration(ms: number): string {
  if (ms < 1000) return `${ms} ms`;
  if (ms < 120_000) return `${Math.round(ms / 1000)} s`;
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`;
  return `${Math.round(ms / 3_600_000)} h`;
}
