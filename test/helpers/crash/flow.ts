/** The flow that is killed: every node of ours between Kinesis and SNS, and the core nodes that people put between them. */
import { aggregateFunctions } from '../../../lib/windows/aggregateSpec';
import { lateness, windowSize } from './readings';

export const streamName = 'readings';
export const alertTopic = 'alerts';
export const orderedTopic = 'alerts-in-order.fifo';
/** The stream for what comes out; the flow reads its name from the environment. */
export const resultsVariable = 'CRASH_RESULTS';

export interface FlowOptions {
  /** ms between checkpoints */
  readonly saveInterval?: number;
  readonly alertTopicArn: string;
  readonly orderedTopicArn: string;
}

export type FlowNodes = readonly (Readonly<Record<string, unknown>> & { readonly id: string })[];

const reading = `
const reading = msg.payload;
if (reading.user === 'user 12') msg.vip = true;
msg.payload = { ...reading, celsius: reading.value };
return msg;`;

const result = `
const { payload, topic, window, anomaly } = msg;
msg.payload = { kind: 'window', sensor: payload.sensor, start: window.start, window, values: payload, anomaly };
return msg;`;

const incident = `
const { incident, window } = msg;
msg.payload = { kind: 'incident', start: window.start, incident };
return msg;`;

const late = `
msg.payload = { kind: 'late', id: msg.payload.id };
return msg;`;

const values = aggregateFunctions
  .filter((fn) => fn !== 'distinct')
  .map((fn) => ({ name: fn, fn, field: 'value', p: 90, where: [] }));

/** @returns two tabs with links between them */
export function crashFlow({ saveInterval = 400, alertTopicArn, orderedTopicArn }: FlowOptions): FlowNodes {
  const notification = {
    type: 'sns-out',
    z: 'scores',
    aws: 'aws',
    subject: 'Sensor {{payload.sensor}}',
    message: '{{payload.sensor}} {{window.start}}: {{payload.mean}} scores {{anomaly.score}}',
    wires: [[]],
  };
  return [
    { id: 'read', type: 'tab', label: 'read' },
    { id: 'scores', type: 'tab', label: 'scores' },
    { id: 'aws', type: 'aws-connection', region: '${AWS_REGION}', auth: 'default' },
    {
      id: 'in',
      type: 'kinesis-in',
      z: 'read',
      aws: 'aws',
      stream: streamName,
      format: 'buffer',
      idleWait: 200,
      discoveryInterval: 500,
      saveInterval,
      wires: [['decode']],
    },
    { id: 'decode', type: 'gzip-decode', z: 'read', split: 'json', wires: [['reading'], ['undecoded']] },
    { id: 'reading', type: 'function', z: 'read', func: reading, outputs: 1, wires: [['is-number']] },
    {
      id: 'is-number',
      type: 'switch',
      z: 'read',
      property: 'payload.celsius',
      propertyType: 'msg',
      rules: [{ t: 'istype', v: 'number', vt: 'number' }, { t: 'else' }],
      checkall: 'true',
      outputs: 2,
      wires: [['tidy'], ['undecoded']],
    },
    {
      id: 'tidy',
      type: 'change',
      z: 'read',
      rules: [
        { t: 'delete', p: 'payload.celsius', pt: 'msg' },
        { t: 'set', p: 'payload.unit', pt: 'msg', to: 'celsius', tot: 'str' },
      ],
      wires: [['leave', 'seen']],
    },
    {
      id: 'seen',
      type: 'debug',
      z: 'read',
      name: 'seen readings',
      active: false,
      complete: 'payload',
      wires: [],
    },
    { id: 'leave', type: 'link out', z: 'read', mode: 'link', links: ['enter'], wires: [] },
    { id: 'undecoded', ...consoleDebug('read', 'undecoded') },
    { id: 'enter', type: 'link in', z: 'scores', links: ['leave'], wires: [['windows']] },
    {
      id: 'windows',
      type: 'tumbling-window',
      z: 'scores',
      size: windowSize,
      unit: 'ms',
      timeSource: 'event',
      timeField: 'at',
      timeFormat: 'ms',
      lateness,
      idleTimeout: 0,
      keyFields: ['sensor'],
      aggregates: [...values, { name: 'distinct', fn: 'distinct', field: 'user', p: 95, where: [] }],
      derived: [{ name: 'spread', expression: 'stddev / mean' }],
      wires: [['score'], ['late']],
    },
    { id: 'late', type: 'function', z: 'scores', func: late, outputs: 1, wires: [['results']] },
    {
      id: 'score',
      type: 'rcf-score',
      z: 'scores',
      fields: ['mean', 'percentile', 'sum'],
      keyFields: ['sensor'],
      numberOfTrees: 50,
      subSampleSize: 12,
      withDirectionality: true,
      wires: [['threshold', 'lasting', 'result']],
    },
    { id: 'result', type: 'function', z: 'scores', func: result, outputs: 1, wires: [['results']] },
    {
      id: 'results',
      type: 'kinesis-out',
      z: 'scores',
      aws: 'aws',
      stream: `\${${resultsVariable}}`,
      partitionKey: '{{topic}}',
      wires: [[]],
    },
    {
      id: 'threshold',
      type: 'score-threshold',
      z: 'scores',
      property: 'anomaly.score',
      operator: '>',
      value: 1.7,
      direction: 'high',
      keyFields: ['sensor'],
      cooldown: 3 * windowSize,
      wires: [['alert', 'alert-in-order'], []],
    },
    {
      id: 'lasting',
      type: 'score-threshold',
      z: 'scores',
      property: 'payload.mean',
      operator: '>',
      value: 24.8,
      breaches: 2,
      outOf: 3,
      clearValue: 24.4,
      escalateBy: 0.3,
      tellEnd: true,
      keyFields: ['sensor'],
      wires: [['incident'], []],
    },
    { id: 'incident', type: 'function', z: 'scores', func: incident, outputs: 1, wires: [['results']] },
    { id: 'alert', ...notification, topicArn: alertTopicArn },
    {
      id: 'alert-in-order',
      ...notification,
      topicArn: orderedTopicArn,
      messageGroupId: '{{payload.sensor}}',
    },
    { id: 'catch-read', type: 'catch', z: 'read', scope: null, wires: [['undecoded']] },
    { id: 'catch-scores', type: 'catch', z: 'scores', scope: null, wires: [['failed']] },
    { id: 'failed', ...consoleDebug('scores', 'failed') },
  ];
}

/** Prints what must not happen, in a line that begins with its name. */
function consoleDebug(z: string, name: string): object {
  return {
    type: 'debug',
    z,
    // A name that is the id of a node without a place in the editor would be taken for a reference to it.
    name: `${name} message`,
    active: true,
    tosidebar: false,
    console: true,
    complete: 'true',
    wires: [],
  };
}
