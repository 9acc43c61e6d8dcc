import path from 'node:path';
import type { NodeAPI, NodeMessageInFlow, NodeStatus } from 'node-red';
import { connectionOf } from '../../lib/aws/connectionOf';
import type { StartAt } from '../../lib/aws/kinesis/lineage';
import { SdkKinesisApi } from '../../lib/aws/kinesis/SdkKinesisApi';
import { StreamConsumer, type ConsumerEvent, type ConsumerState } from '../../lib/aws/kinesis/StreamConsumer';
import { realTiming } from '../../lib/aws/kinesis/timing';
import { FilePositionStore } from '../../lib/delivery/FilePositionStore';
import { shareFlowTracker } from '../../lib/delivery/FlowTracker';
import { InFlight } from '../../lib/delivery/InFlight';
import { named } from '../../lib/node-red/NodeError';
import { registerNode } from '../../lib/node-red/registerNode';
import { userFolder } from '../../lib/node-red/userFolder';
import type { Message } from '../../lib/records/messageProperty';
import { KinesisIn } from './KinesisIn';
import { settings, type KinesisInSettings } from './settings';
import { parseTime } from './startTime';

/** Milliseconds that a stopping node waits for what is in flight; Node-RED itself waits 15 s for a node. */
const closeWait = 2000;

export = (RED: NodeAPI): void => {
  registerNode(RED, 'kinesis-in', settings, ({ node, settings, status }) => {
    const connection = connectionOf(RED, settings.aws);
    const { tracker, release } = shareFlowTracker(RED);
    const inFlight = new InFlight(settings.maxInFlight);
    const stop = new AbortController();
    const held = new Set<string>();

    const track = (msg: Message, send: (msg: NodeMessageInFlow) => void) => {
      const sent = { ...msg, _msgid: RED.util.generateId() } as NodeMessageInFlow;
      const onHeld = (holder: string) => {
        if (stop.signal.aborted || held.has(holder)) return;
        held.add(holder);
        node.warn(RED._('kinesis-in.warning.held', { holder, seconds: String(settings.maxHold / 1000) }));
      };
      return tracker.track(sent, () => send(sent), { hold: settings.maxHold, onHeld });
    };
    const kinesisIn = new KinesisIn(settings, {
      send: (msg) => track(msg, (sent) => node.send(sent)),
      fail: (error, msg) => track(msg, (sent) => node.error(named(node, error), sent)),
    });

    const { batchSize, maxInFlight, emit } = settings;
    const consumer = new StreamConsumer(
      {
        startAt: startAtOf(settings),
        limit: batchSize,
        batch: emit === 'batch' ? Math.min(batchSize, maxInFlight) : 1,
        maxIdle: settings.idleWait,
        discoveryInterval: settings.discoveryInterval,
        saveInterval: settings.saveInterval,
      },
      {
        api: new SdkKinesisApi(() => connection.kinesis(), settings.stream),
        store: new FilePositionStore(
          path.join(userFolder(RED), 'streamcut', 'positions', `${node.id}.json`),
          {
            application: settings.application,
            stream: settings.stream,
          },
        ),
        timing: realTiming,
        inFlight,
        deliver: (batch) => kinesisIn.deliver(batch),
        onState: (state) => status.set(statusOf(state)),
        onEvent: (event) => node.warn(warningOf(event)),
      },
    );
    const running = consumer.run(stop.signal).catch((error: unknown) => {
      status.set({ fill: 'red', shape: 'ring', text: RED._('kinesis-in.status.positions') });
      node.error(named(node, error));
    });

    node.on('close', (done: () => void) => {
      stop.abort();
      void running
        .then(() => inFlight.idle(closeWait))
        .then(() => consumer.close())
        .finally(() => {
          release();
          done();
        });
    });
  });

  function statusOf({ shards, millisBehindLatest, fault, error }: ConsumerState): NodeStatus {
    const say = (key: string, values: Record<string, string> = {}) =>
      RED._(`kinesis-in.status.${key}`, values);
    switch (fault) {
      case 'missing':
        return { fill: 'red', shape: 'ring', text: say('missing') };
      case 'denied':
      case 'invalid':
        return { fill: 'red', shape: 'ring', text: error instanceof Error ? error.name : say(fault) };
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
    return { fill: 'green', shape: 'dot', text: `${count}, ${lag}` };
  }

  function warningOf(event: ConsumerEvent): string {
    const reason =
      'error' in event ? (event.error instanceof Error ? event.error.message : String(event.error)) : '';
    const shard = 'shardId' in event ? event.shardId : '';
    return RED._(`kinesis-in.warning.${event.event}`, { shard, reason });
  }
};

function startAtOf({ startAt, startTimestamp }: KinesisInSettings): StartAt {
  return startAt === 'timestamp' ? { at: startAt, time: parseTime(startTimestamp) ?? 0 } : { at: startAt };
}

/** How long, for a status line: `340 ms`, `12 s`, `5 min`, `3 h`. */
function duration(ms: number): string {
  if (ms < 1000) return `${ms} ms`;
  if (ms < 120_000) return `${Math.round(ms / 1000)} s`;
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`;
  return `${Math.round(ms / 3_600_000)} h`;
}
