import type { NodeAPI } from 'node-red';
import { identityOf } from '../../lib/delivery/identity';
import { remember } from '../../lib/node-red/checkpoints';
import { forEachRecord, onInput } from '../../lib/node-red/onInput';
import { registerNode } from '../../lib/node-red/registerNode';
import { partitionOf } from '../../lib/records/partitionOf';
import { topicOf } from '../../lib/records/topicOf';
import { ScoreThreshold } from './ScoreThreshold';
import { settings } from './settings';
import { Sorted } from './Sorted';

export = (RED: NodeAPI): void => {
  registerNode(RED, 'score-threshold', settings, ({ node, settings, status }) => {
    const { states } = remember(RED, node, {
      unreadable: RED._('score-threshold.status.unreadable'),
      create: (scope) => new ScoreThreshold(settings, `${identityOf(node)}/${scope}`),
    });
    let passed = 0;
    let records = 0;

    onInput(node, (msg, send) => {
      if (msg.reset) {
        for (const threshold of states.all()) threshold.reset(topicOf(msg));
        return;
      }
      const sorted = new Sorted(msg);
      forEachRecord(node, msg, (item) => {
        records++;
        sorted.add(item.index, states.of(partitionOf(item)).judge(item));
      });
      passed += sorted.passed;
      status.set({
        fill: sorted.passed > 0 ? 'red' : 'green',
        shape: 'dot',
        text: RED._('score-threshold.status.passed', { passed: String(passed), records: String(records) }),
      });
      send(sorted.messages((copied) => RED.util.cloneMessage(copied)));
    });
  });
};
