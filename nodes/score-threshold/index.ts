import type { NodeAPI } from 'node-red';
import { identityOf } from '../../lib/delivery/identity';
import { remember } from '../../lib/node-red/checkpoints';
import { serveFeedback } from '../../lib/node-red/feedbackRoute';
import { NodeCalendar } from '../../lib/node-red/NodeCalendar';
import { forEachRecord, onInput } from '../../lib/node-red/onInput';
import { registerNode } from '../../lib/node-red/registerNode';
import { partitionOf } from '../../lib/records/partitionOf';
import { topicOf } from '../../lib/records/topicOf';
import { acceptFeedback } from './feedback';
import { ScoreThreshold } from './ScoreThreshold';
import { settings } from './settings';
import { Sorted } from './Sorted';

export = (RED: NodeAPI): void => {
  serveFeedback(RED);
  registerNode(RED, 'score-threshold', settings, ({ node, settings, status }) => {
    const calendar = new NodeCalendar(RED, node, settings);
    const { states } = remember(RED, node, {
      unreadable: RED._('score-threshold.status.unreadable'),
      create: (scope) =>
        new ScoreThreshold(settings, { owner: `${identityOf(node)}/${scope}`, scope, events: calendar }),
    });
    const takeFeedback = acceptFeedback(RED, node, states);
    let passed = 0;
    let records = 0;

    const show = (anomalies: number) => {
      const counts = { passed: String(passed), records: String(records) };
      if (calendar.isReadable) {
        const text = RED._('score-threshold.status.passed', counts);
        status.set({ fill: anomalies > 0 ? 'red' : 'green', shape: 'dot', text });
      } else {
        const text = RED._('score-threshold.status.noCalendar', counts);
        status.set({ fill: 'yellow', shape: 'ring', text });
      }
    };
    if (!calendar.isReadable) show(0);

    onInput(node, (msg, send) => {
      if (msg.reset) {
        for (const threshold of states.all()) threshold.reset(topicOf(msg));
      } else if (msg.feedback !== undefined) {
        takeFeedback(msg.feedback);
      } else if (msg.calendar) {
        calendar.read();
      } else {
        const sorted = new Sorted(msg);
        forEachRecord(node, msg, (item) => {
          records++;
          sorted.add(item.index, states.of(partitionOf(item)).judge(item));
        });
        passed += sorted.passed;
        show(sorted.passed);
        send(sorted.messages((copied) => RED.util.cloneMessage(copied)));
      }
    });
  });
};
