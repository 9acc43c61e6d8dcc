/** Readings of many sensors over an hour of their own time, in blocks whose end shows in a notification. */
import { Random } from '../../lib/simulation/Random';
import { streamName, type FlowNodes } from '../../test/helpers/crash/flow';
import { evenlySpread } from '../../test/helpers/crash/readings';
import type { Put } from '../../test/helpers/kinesis';

/** seconds of the records' time */
export const blockSeconds = 600;
/** Behind the readings of a block comes its mark, and then a record in each shard that closes all windows. */
const markAt = 560;
const closingAt = 599;
const windowSeconds = 10;
const firstTime = Date.UTC(2025, 0, 1);
/** how often a reading is far out of the ordinary */
const strange = 1 / 5000;
const lowestHash = '0';
const highestHash = String(2n ** 128n - 1n);

export class HourOfRecords {
  private readonly random = new Random(1);
  private readonly sensors: readonly string[];

  /** @param rate records in a second of their time */
  constructor(
    private readonly rate: number,
    keys: number,
  ) {
    this.sensors = evenlySpread(Math.ceil(keys / 2), 2);
  }

  block(number: number): Put[] {
    const count = this.rate * blockSeconds;
    const start = firstTime + 1000 * blockSeconds * number;
    const readings = Array.from({ length: count }, (_, index) => {
      const at = start + Math.floor((index * 1000 * (markAt - 2 * windowSeconds)) / count);
      const usual = 20 + 3 * (this.random.next() + this.random.next() + this.random.next());
      const value = this.random.chance(strange) ? 40 * usual : usual;
      return reading(this.random.pick(this.sensors)!, at, value, 0);
    });
    const closing = start + 1000 * closingAt;
    return [
      ...readings,
      reading(this.sensors[0]!, start + 1000 * markAt, 20, number + 1),
      { ...reading('closing', closing, 20, 0), explicitHashKey: lowestHash },
      { ...reading('closing', closing, 20, 0), explicitHashKey: highestHash },
    ];
  }
}

function reading(sensor: string, at: number, value: number, mark: number): Put {
  return { key: sensor, data: Buffer.from(JSON.stringify({ sensor, at, value, mark })) };
}

/** The number of the block whose mark a notification is. */
export function isMark(text: string): number | undefined {
  const [, mark] = /mark (\d+)\./.exec(text) ?? [];
  return mark === undefined ? undefined : Number(mark) - 1;
}

/** kinesis-in, tumbling-window, rcf-score, score-threshold and sns-out, with a checkpoint every second. */
export function hourFlow(topicArn: string): FlowNodes {
  const common = { z: 'tab', aws: 'aws' };
  const aggregate = (name: string, fn: string, field: string) => ({ name, fn, field, where: [] });
  return [
    { id: 'tab', type: 'tab', label: 'hour' },
    { id: 'aws', type: 'aws-connection', region: '${AWS_REGION}', auth: 'default' },
    {
      id: 'in',
      type: 'kinesis-in',
      ...common,
      stream: streamName,
      format: 'json',
      idleWait: 200,
      saveInterval: 1000,
      wires: [['windows'], []],
    },
    {
      id: 'windows',
      type: 'tumbling-window',
      z: 'tab',
      size: windowSeconds,
      unit: 's',
      timeSource: 'event',
      timeField: 'at',
      timeFormat: 'ms',
      lateness: 5000,
      keyFields: ['sensor'],
      aggregates: [
        aggregate('count', 'count', 'value'),
        aggregate('mean', 'mean', 'value'),
        aggregate('max', 'max', 'value'),
        aggregate('mark', 'max', 'mark'),
      ],
      wires: [['score'], []],
    },
    {
      id: 'score',
      type: 'rcf-score',
      z: 'tab',
      fields: ['mean', 'max'],
      keyFields: ['sensor'],
      numberOfTrees: 50,
      subSampleSize: 128,
      wires: [['threshold', 'marks']],
    },
    threshold('threshold', 'anomaly.score', 1.5, 60_000),
    threshold('marks', 'payload.mark', 0, 0),
    {
      id: 'alert',
      type: 'sns-out',
      ...common,
      topicArn,
      subject: 'Sensor {{payload.sensor}}',
      message: '{{payload.sensor}} at {{window.start}}: mark {{payload.mark}}. {{anomaly.score}}',
      wires: [[]],
    },
  ];
}

function threshold(id: string, property: string, value: number, cooldown: number): FlowNodes[number] {
  return {
    id,
    type: 'score-threshold',
    z: 'tab',
    property,
    operator: '>',
    value,
    cooldown,
    keyFields: ['sensor'],
    wires: [['alert'], []],
  };
}
