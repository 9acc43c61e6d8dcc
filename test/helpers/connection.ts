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
