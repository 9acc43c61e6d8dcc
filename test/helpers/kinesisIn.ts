/** A kinesis-in node on a local Kinesis, with nodes behind it as others write them, good and bad. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import helper from 'node-red-node-test-helper';
import awsConnection from '../../nodes/aws-connection';
import kinesisIn from '../../nodes/kinesis-in';
import scoreThreshold from '../../nodes/score-threshold';
import { StateJournal } from '../../lib/delivery/checkpoint/StateJournal';
import type { LocalKinesis } from '../../local/kinesis';
import { localConnection } from './connection';
import { useKinesis, type KinesisFixture } from './kinesis';
import { Bench, useNodeRed, type Received } from './nodeRed';
import { failing, forgetful, holder, noDone, releaseAll, silent, slow } from './receivers';
import { until } from './until';

export interface Origin {
  shardId: string;
  sequenceNumber: string;
  subSequenceNumber: number;
  partitionKey: string;
  approximateArrivalTimestamp: number;
  millisBehindLatest: number;
}

type Positions = Readonly<Record<string, { readonly at: string; readonly sequenceNumber?: string }>>;

/** Deploys the node under test, any number of times in one user directory a test. */
class KinesisInFixture {
  userDir = '';

  constructor(readonly kinesis: KinesisFixture) {}

  deploy(config: object = {}, outputs = 1): Promise<Bench> {
    const { node, credentials } = localConnection(this.kinesis.proxy.endpoint);
    return Bench.deploy(
      [awsConnection, kinesisIn, scoreThreshold, slow, silent, noDone, holder, forgetful, failing],
      {
        type: 'kinesis-in',
        aws: node.id,
        stream: this.kinesis.stream,
        idleWait: 200,
        discoveryInterval: 200,
        saveInterval: 50,
        ...config,
      },
      {
        extra: [
          node,
          { id: 'to-slow', z: 'flow', type: 'slow', wires: [['out0']] },
          { id: 'to-silent', z: 'flow', type: 'silent', name: 'black hole', wires: [['out0']] },
          { id: 'to-no-done', z: 'flow', type: 'no-done', wires: [['out0']] },
          { id: 'to-holder', z: 'flow', type: 'holder', wires: [['out0']] },
          { id: 'to-failing', z: 'flow', type: 'failing', wires: [['out0']] },
          { id: 'to-failing-behind', z: 'flow', type: 'failing', wires: [['to-threshold']] },
          {
            id: 'to-threshold',
            z: 'flow',
            type: 'score-threshold',
            property: 'payload.n',
            operator: '>=',
            value: 0,
            wires: [['out0'], []],
          },
          { id: 'to-forgetful', z: 'flow', type: 'forgetful', wires: [['out0']] },
        ],
        credentials,
        outputs,
      },
    );
  }

  stateFolder(): string {
    return path.join(this.userDir, 'streamcut', 'state');
  }

  /** As they were saved last; none before that. */
  positions(): Positions {
    const { parts } = StateJournal.open(this.stateFolder()).table.partsOf('node', 'kinesis-in');
    const [saved] = [...parts.values()].map(({ base }) => Buffer.from(base!).toString('utf8'));
    return saved === undefined ? {} : (JSON.parse(saved) as { shards: Positions }).shards;
  }

  /** Waits until a shard's position is after the record of this sequence number. */
  positionIs(sequenceNumber: string): Promise<void> {
    return until(
      () => Object.values(this.positions()).some((one) => one.sequenceNumber === sequenceNumber),
      `the position ${sequenceNumber}`,
    );
  }
}

/** Call it in the suite's body. */
export function useKinesisIn(start?: () => Promise<LocalKinesis>): KinesisInFixture {
  // A node that stops waits for what is in flight, and at the end of a test nobody looks at that any more.
  afterEach(releaseAll);
  useNodeRed();
  const fixture = new KinesisInFixture(useKinesis(start));
  beforeEach(async () => {
    fixture.userDir = await mkdtemp(path.join(os.tmpdir(), 'kinesis-in-'));
    helper.settings({ userDir: fixture.userDir } as never);
  });
  afterEach(() => rm(fixture.userDir, { recursive: true }));
  after(() => void helper.settings({}));
  return fixture;
}

export function originOf(msg: Received): Origin {
  return msg.kinesis as Origin;
}

/** What `numbered` counted in the payloads. */
export function numbers(messages: readonly Received[]): number[] {
  return messages.map(({ payload }) => (payload as { n: number }).n);
}

/** Every status that the node has shown. */
export function statuses(bench: Bench): readonly { text?: string; fill?: string }[] {
  return callsOf(bench, 'status') as { text?: string; fill?: string }[];
}

export function warnings(bench: Bench): readonly string[] {
  return callsOf(bench, 'warn') as string[];
}

function callsOf(bench: Bench, method: 'status' | 'warn'): readonly unknown[] {
  // The helper spies on the methods of every node.
  return (bench.node[method] as unknown as { args: [unknown][] }).args.map(([argument]) => argument);
}

/** Records of one key come in the order in which they were put. */
export function assertOrdered(records: readonly { key: string; n: number }[]): void {
  const last = new Map<string, number>();
  for (const { key, n } of records) {
    if (n <= (last.get(key) ?? -1)) throw new Error(`${key}: ${n} came after ${last.get(key)}`);
    last.set(key, n);
  }
}
