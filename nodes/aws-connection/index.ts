import type { Node, NodeAPI } from 'node-red';
import { AwsConnection } from '../../lib/aws/AwsConnection';
import type { AwsSecrets } from '../../lib/aws/awsSettings';
import { registerNode } from '../../lib/node-red/registerNode';
import { settings } from './settings';

/** What other nodes find on this one. */
interface AwsConnectionNode extends Node<AwsSecrets> {
  connection?: AwsConnection;
}

export = (RED: NodeAPI): void => {
  registerNode(
    RED,
    'aws-connection',
    settings,
    ({ node, settings }) => {
      const self = node as AwsConnectionNode;
      const connection = new AwsConnection(settings, self.credentials);
      self.connection = connection;
      node.on('close', (done: () => void) => void connection.close().then(done));
    },
    {
      accessKeyId: { type: 'text' },
      secretAccessKey: { type: 'password' },
      sessionToken: { type: 'password' },
    },
  );
};
