import type { NodeAPI, NodeMessageInFlow, NodeStatus } from 'node-red';
import { connectionOf } from '../../lib/aws/connectionOf';
import type { FanOut, FanOutEvent } from '../../lib/aws/kinesis/fan-out/FanOut';
import type { StartAt } from '../../lib/aws/kinesis/lineage';
import { SdkKinesisApi } from '../../lib/aws/kinesis/SdkKinesisApi';
import type { ShardBatch } from '../../lib/aws/kinesis/ShardReader';
import type { ConsumerEvent, ConsumerState } from '../../lib/aws/kinesis/ConsumerState';
import type { ConsumerOptions } from '../../lib/aws/kinesis/StreamConsumer';
import { realTiming } from '../../lib/aws/kinesis/timing';
import type { SharedEvent } from '../../lib/aws/leases/SharedConsumer';
import type { PartChange } from '../../lib/delivery/checkpoint/Keeping';
import { identityOf } from '../../lib/delivery/identity';
import type { CheckpointState } from '../../lib/delivery/checkpoint/members';
import { InFlight } from '../../lib/delivery/InFlight';
import { failureOutput } from '../../lib/node-red/failureOutput';
import { named } from '../../lib/node-red/NodeError';
import { feed } from '../../lib/node-red/checkpoints';
import { registerNode } from '../../lib/node-red/registerNode';
import type { Message } from '../../lib/records/messageProperty';
import { momentTime } from '../../lib/settings/moment';
import { Attempts } from './Attempts';
import { fanOutOf } from './fanOutOf';
import { KinesisIn } from './KinesisIn';
import type { Life } from './Life';
import { ownLife } from './ownLife';
import { sharedLife } from './sharedLife';
import { SavedPositions } from './SavedPositions';
import { settings, type KinesisInSettings } from './settings';

/** Milliseconds before a record is tried again; the first times less. */
const longestPause = 1000;

export = (RED: NodeAPI): void => {
  registerNode(RED, 'kinesis-in', settings, ({ node, settings, status }) => {
    const connection = connectionOf(RED, settings.aws);
    const api = new SdkKinesisApi(() => connection.kinesis(), settings.stream);
    const saved = new SavedPositions(settings);
    const attempts = new Attempts(settings.retries);
    const fail = failureOutput(RED, node);
    const held = new Set<string>();
    let life: Life | undefined;
    let paused = false;
    let consumerState: ConsumerState | undefined;
    let checkpoints: CheckpointState = { guarantee: 'exactly-once' };

    const membership = feed(RED, node, RED._('kinesis-in.status.unreadable'), {
      interval: settings.saveInterval,
      version: saved.version,
      positions: (of) => life?.positions(of) ?? new Map<string, PartChange[]>(),
      restore: (parts, version) => saved.restore(parts, version),
      partitions: () => life?.partitions(),
      begin: () => (life = begin()),
      async end() {
        const ending = life;
        life = undefined;
        await ending?.end();
      },
      pause() {
        paused = true;
        life?.pause();
      },
      resume() {
        paused = false;
        life?.resume();
      },
      tell: tellCheckpoints,
      refuse(error) {
        status.set({ fill: 'red', shape: 'ring', text: RED._('kinesis-in.status.unreadable') });
        node.error(named(node, new Error(RED._('kinesis-in.error.unreadable', { reason: reasonOf(error) }))));
      },
    });

    const track = (msg: Message, send: (msg: NodeMessageInFlow) => void) => {
      const sent = { ...msg, _msgid: RED.util.generateId() } as NodeMessageInFlow;
      const onHeld = (holder: string) => {
        if (held.has(holder)) return;
        held.add(holder);
        node.warn(RED._('kinesis-in.warning.held', { holder, seconds: String(settings.maxHold / 1000) }));
      };
      return membership.track(sent, () => send(sent), { hold: settings.maxHold, onHeld });
    };

    /** Consumes from the saved positions on, until it is ended. */
    function begin(): Life {
      const inFlight = new InFlight(settings.maxInFlight);
      if (paused) inFlight.pause();
      const stop = new AbortController();
      const kinesisIn = new KinesisIn(settings, attempts, {
        send: (msg) => track(msg, (sent) => node.send(sent)),
        fail: (error, msg) =>
          track(msg, (sent) =>
            fail((out) => node.send(out as NodeMessageInFlow), { ...sent }, sent.payload, error),
          ),
        get remembers() {
          return membership.remembers;
        },
        rewind: () => membership.rewind(),
        pause: (attempt) => realTiming.sleep(longestPause * (1 - 0.5 ** attempt), stop.signal),
      });
      const onEvent = (event: ConsumerEvent | SharedEvent | FanOutEvent) => node.warn(warningOf(event));
      const onState = (state: ConsumerState) => {
        consumerState = state;
        showStatus();
      };
      const fanOut = fanOutOf(settings, connection, onEvent, stop.signal);
      const parts = {
        api,
        ...(fanOut ? { fanOut } : {}),
        timing: realTiming,
        inFlight,
        deliver: (batch: ShardBatch) => kinesisIn.deliver(batch),
        onState,
        onEvent,
      };
      const options = consumerOptions(settings);
      const reading =
        settings.sharing === 'leases'
          ? sharedLife(settings, options, { ...parts, connection, identity: identityOf(node), membership })
          : ownLife(settings, options, parts, saved);
      return {
        ...reading,
        fanOut,
        pause: () => inFlight.pause(),
        resume: () => inFlight.resume(),
        async end() {
          stop.abort();
          await reading.end();
        },
      };
    }

    function tellCheckpoints(state: CheckpointState): void {
      const { error, holder } = state;
      if (error !== undefined && checkpoints.error === undefined) {
        node.error(named(node, new Error(RED._('kinesis-in.error.notSaved', { reason: reasonOf(error) }))));
      }
      if (holder !== undefined && holder !== checkpoints.holder) {
        node.warn(RED._('kinesis-in.warning.atLeastOnce', { holder }));
      }
      checkpoints = state;
      showStatus();
    }

    function showStatus(): void {
      if (checkpoints.error !== undefined) {
        status.set({ fill: 'red', shape: 'ring', text: RED._('kinesis-in.status.notSaved') });
      } else if (consumerState) status.set(statusOf(consumerState, checkpoints, life?.fanOut));
    }
  });

  function statusOf(
    { shards, millisBehindLatest, fault, error, unreadable }: ConsumerState,
    { guarantee }: CheckpointState,
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
    if (unreadable) return { fill: 'red', shape: 'ring', text: say('unreadable') };
    if (shards === 0) return { fill: 'yellow', shape: 'ring', text: say('waiting') };
    const count = shards === 1 ? say('shard') : say('shards', { shards: String(shards) });
    if (millisBehindLatest === undefined) return { fill: 'yellow', shape: 'ring', text: count };
    const lag =
      millisBehindLatest === 0 ? say('current') : say('behind', { behind: duration(millisBehindLatest) });
    const texts = [count, lag];
    if (fanOut) texts.push(say(fanOut.refused ? 'polling' : 'fan-out'));
    if (guarantee === 'at-least-once') texts.push(say('atLeastOnce'));
    return { fill: fanOut?.refused ? 'yellow' : 'green', shape: 'dot', text: texts.join(', ') };
  }

  function warningOf(event: ConsumerEvent | SharedEvent | FanOutEvent): string {
    const reason = 'error' in event ? reasonOf(event.error) : '';
    const shard = 'shardId' in event ? event.shardId : '';
    return RED._(`kinesis-in.warning.${event.event}`, { shard, reason });
  }
};

function consumerOptions(settings: KinesisInSettings): ConsumerOptions {
  const { batchSize, maxInFlight, emit, idleWait, discoveryInterval } = settings;
  return {
    startAt: startAtOf(settings),
    limit: batchSize,
    batch: emit === 'batch' ? Math.min(batchSize, maxInFlight) : 1,
    maxIdle: idleWait,
    discoveryInterval,
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

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
