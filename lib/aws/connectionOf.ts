import type { NodeAPI } from 'node-red';
import { SettingError } from '../settings/SettingError';
import { AwsConnection } from './AwsConnection';

/**
 * The connection of the `aws-connection` node that a node's setting `aws` names.
 * @throws SettingError when there is no such node, or its own settings are wrong
 */
export function connectionOf(RED: NodeAPI, id: string): AwsConnection {
  if (id === '') throw new SettingError('required', {}, 'aws');
  const connection = (RED.nodes.getNode(id) as { connection?: unknown } | null)?.connection;
  if (connection instanceof AwsConnection) return connection;
  throw new SettingError('configNode', { what: 'an aws-connection', seen: `"${id}"` }, 'aws');
}
