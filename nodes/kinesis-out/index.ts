import { randomUUID } from 'node:crypto';
import type { NodeAPI } from 'node-red';
import { connectionOf } from '../../lib/aws/connectionOf';
import { KinesisProducer } from '../../lib/aws/kinesis/KinesisProducer';
import { putRecordsOf } from '../../lib/aws/kinesis/putRecords';
import { streamName } from '../../lib/aws/kinesis/streamRef';
import { isThrottling } from '../../lib/aws/retry';
import { declareOutlet } from '../../lib/delivery/outlets';
import { handOver } from '../../lib/node-red/handOver';
import { onInput } from '../../lib/node-red/onInput';
import { registerNode } from '../../lib/node-red/registerNode';
import { KinesisOut } from './KinesisOut';
import { settings } from './settings';
import { SendRate } from './SendRate';

/** Milliseconds that records get when the node is closed; Node-RED itself waits 15 seconds. */
const grace = 10_000;

export = (RED: NodeAPI): void => {
  registerNode(RED, 'kinesis-out', settings, ({ node, settings, status }) => {
    const connection = connectionOf(RED, settings.aws);
    const producer = new KinesisProducer(
      putRecordsOf(() => connection.kinesis(), settings.stream),
      { ...settings, stream: streamName(settings.stream), onProgress: showStatus },
    );
    const out = new KinesisOut(settings, (entry) => producer.put(entry), randomUUID);
    declareOutlet(node);
    const rate = new SendRate(
      () => producer.stored,
      () => performance.now(),
    );

    onInput(node, async (msg, send) => {
      // Nothing is learned here that could be forgotten.
      if (msg.reset || msg.train) return;
      if (msg.flush) return producer.flush();
      const stored = handOver(node, msg, send, 'kinesis', (item) => out.store(item));
      showStatus();
      return stored;
    });

    node.on('close', (done: () => void) => {
      const closing = producer.close(grace).then((unsent) => {
        if (unsent > 0) node.warn(RED._('kinesis-out.warning.unsent', { unsent: String(unsent) }));
      });
      connection.keepOpenUntil(closing);
      void closing.then(done);
    });

    function showStatus(): void {
      const { queued, trouble } = producer;
      const values = {
        queued: String(queued),
        rate: String(rate.perSecond()),
        stored: String(producer.stored),
      };
      if (trouble === undefined) {
        const text = RED._(queued > 0 ? 'kinesis-out.status.sending' : 'kinesis-out.status.stored', values);
        status.set({ fill: 'green', shape: 'dot', text });
        return;
      }
      const throttled = isThrottling(trouble);
      const text = RED._(`kinesis-out.status.${throttled ? 'throttled' : 'failing'}`, values);
      status.set({ fill: throttled ? 'yellow' : 'red', shape: 'ring', text });
    }
  });
};
