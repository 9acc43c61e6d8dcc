import assert from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import type { NodeAPI } from 'node-red';
import { PublishCommand } from '@aws-sdk/client-sns';
import type { AwsConnection } from '../../lib/aws/AwsConnection';
import { connectionOf } from '../../lib/aws/connectionOf';
import awsConnection from '../../nodes/aws-connection';
import { AwsQueryServer } from '../helpers/AwsQueryServer';
import { useEnvironment } from '../helpers/environment';
import { Bench, loggedErrors, useNodeRed } from '../helpers/nodeRed';

describe('aws-connection', () => {
  useNodeRed();
  const setEnvironment = useEnvironment(/^AWS_|^STREAMCUT_TEST_/);

  let server: AwsQueryServer;
  beforeEach(async () => {
    server = await AwsQueryServer.start();
    setEnvironment({ AWS_EC2_METADATA_DISABLED: 'true' });
  });
  afterEach(() => server.close());

  const keys = { accessKeyId: 'AKIASTORED', secretAccessKey: 'stored' };
  const deploy = (config: object, credentials: object = {}) =>
    Bench.deploy(
      awsConnection,
      { type: 'aws-connection', ...config },
      { outputs: 0, credentials: { node: credentials } },
    );
  const connectionIn = (bench: Bench) => (bench.node as unknown as { connection: AwsConnection }).connection;

  async function publish(bench: Bench): Promise<string> {
    const sns = await connectionIn(bench).sns();
    await sns.send(new PublishCommand({ PhoneNumber: '+358401234567', Message: 'hello' }));
    return server.authorizations.at(-1)!;
  }

  it('works with nothing set, from the environment alone', async () => {
    setEnvironment({
      AWS_REGION: 'eu-north-1',
      AWS_ENDPOINT_URL_SNS: server.endpoint,
      AWS_ACCESS_KEY_ID: 'AKIAENV',
      AWS_SECRET_ACCESS_KEY: 'env',
    });
    assert.match(await publish(await deploy({})), /Credential=AKIAENV\/\d+\/eu-north-1\/sns/);
  });

  it('takes settings and keys from variables that it names', async () => {
    setEnvironment({
      STREAMCUT_TEST_REGION: 'eu-west-3',
      STREAMCUT_TEST_URL: server.endpoint,
      STREAMCUT_TEST_KEY: 'AKIANAMED',
    });
    const bench = await deploy(
      { region: '${STREAMCUT_TEST_REGION}', endpoint: '${STREAMCUT_TEST_URL}', auth: 'keys' },
      { accessKeyId: '${STREAMCUT_TEST_KEY}', secretAccessKey: 'stored' },
    );
    assert.match(await publish(bench), /Credential=AKIANAMED\/\d+\/eu-west-3\//);
  });

  it('takes a variable that is not set for an empty setting', async () => {
    setEnvironment({ AWS_REGION: 'eu-north-1', AWS_ENDPOINT_URL: server.endpoint });
    const bench = await deploy(
      { region: '${STREAMCUT_TEST_NOT_SET}', endpoint: '${STREAMCUT_TEST_NOT_SET}', auth: 'keys' },
      keys,
    );
    assert.match(await publish(bench), /Credential=AKIASTORED\/\d+\/eu-north-1\//);
  });

  it('keeps secrets in the credentials alone', async () => {
    const bench = await deploy({
      region: 'eu-west-1',
      auth: 'keys',
      accessKeyId: 'in the flow',
      secretAccessKey: 'in the flow',
    });
    assert.match(loggedErrors().join('\n'), /setting "accessKeyId" is required/);
    assert.equal(connectionIn(bench), undefined);
  });

  it('closes its sockets when it is closed', async () => {
    const bench = await deploy({ region: 'eu-west-1', endpoint: server.endpoint, auth: 'keys' }, keys);
    await publish(bench);
    assert.equal(await server.connections(), 1);
    await helper.unload();
    const end = Date.now() + 5_000;
    while ((await server.connections()) > 0) {
      assert.ok(Date.now() < end, 'a socket stayed open');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  });

  const wrong: [object, RegExp][] = [
    [{ region: 'Ireland' }, /setting "region" must be a region such as eu-west-1, got "Ireland"/],
    [{ endpoint: 'localhost:4566' }, /setting "endpoint" must be a URL with http/],
    [{ auth: 'password' }, /setting "auth" must be one of default, profile, keys, assume-role/],
    [{ auth: 'assume-role' }, /setting "roleArn" is required/],
    [
      { auth: 'assume-role', roleArn: 'notify' },
      /setting "roleArn" must be the ARN of an IAM role, got "notify"/,
    ],
    [
      { auth: 'assume-role', roleArn: 'arn:aws:iam::123456789012:role/a', roleSource: 'assume-role' },
      /setting "roleSource"/,
    ],
    [{ externalId: 'a b' }, /setting "externalId" must be an external id/],
    [{ roleSessionName: '!' }, /setting "roleSessionName" must be a session name/],
    [{ auth: 'keys' }, /setting "accessKeyId" is required/],
    [{ region: 5 }, /setting "region" must be text, got 5/],
  ];
  for (const [config, expected] of wrong) {
    it(`refuses ${JSON.stringify(config)} at deploy, and gives nobody a connection`, async () => {
      const bench = await deploy(config);
      assert.match(loggedErrors().join('\n'), expected);
      const RED = { nodes: { getNode: () => bench.node } } as unknown as NodeAPI;
      assert.throws(() => connectionOf(RED, 'node'), /setting "aws" must name an aws-connection node/);
    });
  }
});
