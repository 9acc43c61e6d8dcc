import type { NodeAPI } from 'node-red';
import { remember } from '../../lib/node-red/checkpoints';
import { forEachRecord, onInput, type Send } from '../../lib/node-red/onInput';
import { registerNode } from '../../lib/node-red/registerNode';
import { someOf } from '../../lib/records/alongside';
import { isBatch } from '../../lib/records/batch';
import type { Message } from '../../lib/records/messageProperty';
import { partitionOf } from '../../lib/records/partitionOf';
import { topicOf } from '../../lib/records/topicOf';
import { ScoreThreshold } from './ScoreThreshold';
import { settings } from './settings';

export = (RED: NodeAPI): void => {
  registerNode(RED, 'score-threshold', settings, ({ node, settings, status }) => {
    const { states } = remember(RED, node, {
      unreadable: RED._('score-threshold.status.unreadable'),
      create: (scope) => new ScoreThreshold(settings, Date.now, scope),
    });
    let passed = 0;
    let records = 0;

    onInput(node, (msg, send) => {
      if (msg.reset) {
        for (const threshold of states.all()) threshold.reset(topicOf(msg));
        return;
      }
      const anomalies: number[] = [];
      const rest: number[] = [];
      forEachRecord(node, msg, (item) => {
        records++;
        const verdict = states.of(partitionOf(item)).judge(item);
        (verdict === 'anomaly' ? anomalies : rest).push(item.index);
      });
      passed += anomalies.length;
      status.set({
        fill: anomalies.length > 0 ? 'red' : 'green',
        shape: 'dot',
        text: RED._('score-threshold.status.passed', { passed: String(passed), records: String(records) }),
      });
      forward(send, msg, anomalies, rest);
    });
  });

  /** A message of one record leaves whole by its output; a batch leaves as up to two smaller batches. */
  function forward(send: Send, msg: Message, anomalies: readonly number[], rest: readonly number[]): void {
    if (!isBatch(msg.payload)) {
      send(anomalies.length > 0 ? [msg, null] : [null, msg]);
      return;
    }
    const held =
      anomalies.length > 0 && rest.length > 0
        ? { ...RED.util.cloneMessage(msg), ...someOf(msg, rest) }
        : null;
    if (anomalies.length > 0) send([{ ...msg, ...someOf(msg, anomalies) }, held]);
    else if (rest.length > 0) send([null, { ...msg, ...someOf(msg, rest) }]);
  }
};
