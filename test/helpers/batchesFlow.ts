import { streamName, type FlowNodes } from './crash/flow';

/**
 * A tab, called `tab`, on which batches of compressed records come from Kinesis.
 * @param next id of the node that gets them
 * @param saveInterval milliseconds between checkpoints
 */
export function batchesFlow(next: string, saveInterval: number): FlowNodes {
  return [
    { id: 'tab', type: 'tab', label: 'batches' },
    { id: 'aws', type: 'aws-connection', region: '${AWS_REGION}', auth: 'default' },
    {
      id: 'in',
      type: 'kinesis-in',
      z: 'tab',
      aws: 'aws',
      stream: streamName,
      format: 'buffer',
      idleWait: 200,
      saveInterval,
      wires: [['decode'], []],
    },
    { id: 'decode', type: 'gzip-decode', z: 'tab', split: 'json', emit: 'batch', wires: [[next], []] },
  ];
}
