import type { NodeAPI } from 'node-red';
import { connectionOf } from '../../lib/aws/connectionOf';
import type { Receipt } from '../../lib/aws/sns/notification';
import { SnsPublisher } from '../../lib/aws/sns/SnsPublisher';
import { identityOf } from '../../lib/delivery/identity';
import { NotHandedOver } from '../../lib/delivery/NotHandedOver';
import { declareOutlet } from '../../lib/delivery/outlets';
import { handOver } from '../../lib/node-red/handOver';
import { onInput } from '../../lib/node-red/onInput';
import { registerNode } from '../../lib/node-red/registerNode';
import type { RecordInMessage } from '../../lib/records/messageProperty';
import { NotificationComposer } from './NotificationComposer';
import { settings } from './settings';

/** Milliseconds that notifications under way get when the node is closed; Node-RED itself waits 15 seconds. */
const grace = 10_000;

export = (RED: NodeAPI): void => {
  registerNode(RED, 'sns-out', settings, ({ node, settings, status }) => {
    const connection = connectionOf(RED, settings.aws);
    const composer = new NotificationComposer(settings, identityOf(node));
    declareOutlet(node);
    const publisher = new SnsPublisher(() => connection.sns(), settings);
    let sent = 0;
    let failed = 0;

    const publish = async (item: RecordInMessage): Promise<Receipt> => {
      try {
        const receipt = await publisher.publish(composer.compose(item));
        sent++;
        showStatus(false);
        return receipt;
      } catch (error) {
        if (error instanceof NotHandedOver) throw error;
        failed++;
        showStatus(true);
        throw error;
      }
    };

    onInput(node, async (msg, send) => {
      // Nothing is kept that could be reset or trained; a flush has been obeyed when everything is sent.
      if (msg.reset || msg.flush || msg.train) return publisher.idle();
      return handOver(node, msg, send, 'sns', publish);
    });

    node.on('close', (done: () => void) => {
      const closing = publisher.close(grace).then((unsent) => {
        if (unsent > 0) node.warn(RED._('sns-out.warning.unsent', { unsent: String(unsent) }));
      });
      connection.keepOpenUntil(closing);
      void closing.then(done);
    });

    function showStatus(problem: boolean): void {
      const counts = { sent: String(sent), failed: String(failed) };
      status.set({
        fill: problem ? 'red' : 'green',
        shape: problem ? 'ring' : 'dot',
        text: RED._(failed > 0 ? 'sns-out.status.someFailed' : 'sns-out.status.sent', counts),
      });
    }
  });
};
