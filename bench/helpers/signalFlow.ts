/** Records that say for themselves whether they are to be told of, through a flow without windows. */
import { gzipSync } from 'node:zlib';
import type { FlowNodes } from '../../test/helpers/crash/flow';
import { streamName } from '../../test/helpers/crash/flow';
import type { Put } from '../../test/helpers/kinesis';

/** Record `id` of 20 keys; its alert is the notification `signal <id>.` */
export function signal(id: number, alert: boolean): Put {
  const record = { key: `key ${id % 20}`, id, alert, value: (id * 7919) % 101 };
  return { key: record.key, data: gzipSync(JSON.stringify(record)) };
}

/** The ids in a request to SNS, which may publish one notification or several. */
export function signalsIn(body: Buffer): number[] {
  const text = decodeURIComponent(body.toString().replaceAll('+', ' '));
  return [...text.matchAll(/signal (\d+)\./g)].map(([, id]) => Number(id));
}

export interface SignalFlowOptions {
  readonly topicArn: string;
  readonly kinesisIn?: object;
}

/** kinesis-in, gzip-decode, rcf-score, score-threshold and sns-out in a row, with a checkpoint every second. */
export function signalFlow({ topicArn, kinesisIn }: SignalFlowOptions): FlowNodes {
  const common = { z: 'tab', aws: 'aws' };
  return [
    { id: 'tab', type: 'tab', label: 'signals' },
    { id: 'aws', type: 'aws-connection', region: '${AWS_REGION}', auth: 'default' },
    {
      id: 'in',
      type: 'kinesis-in',
      ...common,
      stream: streamName,
      format: 'buffer',
      idleWait: 200,
      saveInterval: 1000,
      ...kinesisIn,
      wires: [['decode'], []],
    },
    { id: 'decode', type: 'gzip-decode', z: 'tab', split: 'json', wires: [['score'], []] },
    {
      id: 'score',
      type: 'rcf-score',
      z: 'tab',
      fields: ['value'],
      keyFields: ['key'],
      numberOfTrees: 20,
      subSampleSize: 128,
      wires: [['threshold']],
    },
    {
      id: 'threshold',
      type: 'score-threshold',
      z: 'tab',
      property: 'payload.alert',
      operator: '==',
      value: true,
      wires: [['alert'], []],
    },
    {
      id: 'alert',
      type: 'sns-out',
      ...common,
      topicArn,
      subject: 'Signal',
      message: 'signal {{payload.id}}. {{anomaly.score}}',
      deadline: 86_400_000,
      wires: [[]],
    },
  ];
}
