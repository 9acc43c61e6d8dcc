import type { NodeAPI } from 'node-red';
import { identityOf } from '../../lib/delivery/identity';
import { remember } from '../../lib/node-red/checkpoints';
import { knownEventsOf } from '../../lib/node-red/knownEvents';
import { named } from '../../lib/node-red/NodeError';
import { forEachRecord, onInput } from '../../lib/node-red/onInput';
import { registerNode } from '../../lib/node-red/registerNode';
import { partitionOf } from '../../lib/records/partitionOf';
import { topicOf } from '../../lib/records/topicOf';
import { ScoreThreshold } from './ScoreThreshold';
import { settings } from './settings';
import { Sorted } from './Sorted';

export = (RED: NodeAPI): void => {
  registerNode(RED, 'score-threshold', settings, ({ node, settings, status }) => {
    const events = knownEventsOf(RED, settings);
    let knowsEvents = false;
    const readCalendar = () => {
      knowsEvents = false;
      events.reload();
      knowsEvents = true;
    };
    try {
      readCalendar();
    } catch (error) {
      // What is told without a calendar is more than what is told with one, so the flow goes on.
      node.error(named(node, error));
    }
    const { states } = remember(RED, node, {
      unreadable: RED._('score-threshold.status.unreadable'),
      create: (scope) => new ScoreThreshold(settings, { owner: `${identityOf(node)}/${scope}`, events }),
    });
    let passed = 0;
    let records = 0;
    const showCounts = (isRed: boolean) => {
      const counts = { passed: String(passed), records: String(records) };
      status.set(
        knowsEvents
          ? {
              fill: isRed ? 'red' : 'green',
              shape: 'dot',
              text: RED._('score-threshold.status.passed', counts),
            }
          : { fill: 'yellow', shape: 'ring', text: RED._('score-threshold.status.noCalendar', counts) },
      );
    };
    if (!knowsEvents) showCounts(false);

    onInput(node, (msg, send) => {
      if (msg.reset) {
        for (const threshold of states.all()) threshold.reset(topicOf(msg));
        return;
      }
      if (msg.calendar) {
        readCalendar();
        return;
      }
      const sorted = new Sorted(msg);
      forEachRecord(node, msg, (item) => {
        records++;
        sorted.add(item.index, states.of(partitionOf(item)).judge(item));
      });
      passed += sorted.passed;
      showCounts(sorted.passed > 0);
      send(sorted.messages((copied) => RED.util.cloneMessage(copied)));
    });
  });
};
