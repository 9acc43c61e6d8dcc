import { AwsConnection } from '../../lib/aws/AwsConnection';

/** An `aws-connection` node with the id `aws` to a local service, for the `extra` nodes and credentials of a Bench. */
export function localConnection(endpoint: string, settings: object = {}) {
  return {
    node: {
      id: 'aws',
      type: 'aws-connection',
      region: 'us-east-1',
      endpoint,
      auth: 'keys',
      ...settings,
    },
    credentials: { aws: { accessKeyId: 'local', secretAccessKey: 'local' } },
  };
}

/** A connection to a local service, without a node. */
export function openLocalConnection(endpoint: string): AwsConnection {
  const role = { roleArn: '', externalId: '', roleSessionName: '', roleSource: 'default' } as const;
  return new AwsConnection(
    { region: 'us-east-1', endpoint, auth: 'keys', profile: '', ...role },
    { accessKeyId: 'local', secretAccessKey: 'local' },
  );
}
