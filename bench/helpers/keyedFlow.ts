/** A model for each of a thousand keys, that all learn all the time. */
import { gzipSync } from 'node:zlib';
import { presets } from '../../nodes/rcf-score/presets';
import { batchesFlow } from '../../test/helpers/batchesFlow';
import type { FlowNodes } from '../../test/helpers/crash/flow';
import type { Put } from '../../test/helpers/kinesis';

export const models = 1000;
/** readings of one key in a record */
const perRecord = 10;

/** So many records for each key, from number `first` on. */
export function keyedRecords(first: number, count: number): Put[] {
  return Array.from({ length: count * models }, (_, index) => {
    const key = `key ${index % models}`;
    const from = (first + Math.floor(index / models)) * perRecord;
    const readings = Array.from({ length: perRecord }, (_, place) => ({
      key,
      value: ((from + place) * 7919 + index * 31) % 1009,
    }));
    return { key, data: gzipSync(readings.map((reading) => JSON.stringify(reading)).join('\n')) };
  });
}

export function keyedFlow(saveInterval: number): FlowNodes {
  return [
    ...batchesFlow('score', saveInterval),
    {
      id: 'score',
      type: 'rcf-score',
      z: 'tab',
      fields: ['value'],
      keyFields: ['key'],
      ...presets['many-keys'],
      maxKeys: 2 * models,
      wires: [[]],
    },
  ];
}
