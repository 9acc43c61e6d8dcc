import type { NodeAPI, NodeStatus } from 'node-red';
import { forEachRecord, onInput } from '../../lib/node-red/onInput';
import { registerNode } from '../../lib/node-red/registerNode';
import { alongside } from '../../lib/records/alongside';
import { isBatch, isObject } from '../../lib/records/batch';
import { RcfScore } from './RcfScore';
import type { Anomaly } from './SeriesModel';
import { settings } from './settings';

export = (RED: NodeAPI): void => {
  registerNode(RED, 'rcf-score', settings, ({ node, settings, status }) => {
    let warned = false;
    const scorer = new RcfScore(settings, (key) => {
      if (!warned)
        node.warn(RED._('rcf-score.warning.forgotten', { key, maxKeys: String(settings.maxKeys) }));
      warned = true;
    });

    onInput(node, (msg, send) => {
      if (msg.reset) {
        scorer.reset(typeof msg.topic === 'string' && msg.topic !== '' ? msg.topic : undefined);
        status.set({});
        return;
      }
      if (msg.train) {
        forEachRecord(node, msg, (item) => scorer.train(item));
        status.set({ fill: 'blue', shape: 'ring', text: RED._('rcf-score.status.trained') });
        return;
      }
      const records: unknown[] = [];
      const indexes: number[] = [];
      const anomalies: Anomaly[] = [];
      forEachRecord(node, msg, (item) => {
        const anomaly = scorer.score(item);
        records.push(item.index >= 0 ? withAnomaly(item.record, anomaly) : item.record);
        indexes.push(item.index);
        anomalies.push(anomaly);
      });
      const last = anomalies.at(-1);
      if (!last) return;
      status.set(statusOf(last, scorer.series));
      if (!isBatch(msg.payload)) msg.anomaly = last;
      else {
        Object.assign(msg, alongside(msg, msg.payload.length, indexes), { payload: records });
        // Numbers and vectors cannot hold a property of their own.
        if (records.every(isObject)) delete msg.anomaly;
        else msg.anomaly = anomalies;
      }
      send(msg);
    });
  });

  function statusOf({ score, isAnomaly, warmup, missing }: Anomaly, series: number): NodeStatus {
    if (warmup) {
      const values = { seen: String(warmup.seen), needed: String(warmup.needed) };
      return { fill: 'blue', shape: 'ring', text: RED._('rcf-score.status.learning', values) };
    }
    if (missing !== undefined) {
      return { fill: 'grey', shape: 'ring', text: RED._('rcf-score.status.missing', { field: missing }) };
    }
    const values = { score: score.toFixed(2), series: String(series) };
    return {
      fill: isAnomaly ? 'red' : 'green',
      shape: 'dot',
      text: RED._(series > 1 ? 'rcf-score.status.scores' : 'rcf-score.status.score', values),
    };
  }
};

/** Only a record that takes no further property is copied. */
function withAnomaly(record: unknown, anomaly: Anomaly): unknown {
  if (!isObject(record)) return record;
  if (!Object.isExtensible(record)) return { ...record, anomaly };
  record.anomaly = anomaly;
  return record;
}
