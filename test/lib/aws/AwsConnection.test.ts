import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ListTopicsCommand, PublishCommand } from '@aws-sdk/client-sns';
import { ListStreamsCommand } from '@aws-sdk/client-kinesis';
import { AwsConnection } from '../../../lib/aws/AwsConnection';
import type { AwsSettings } from '../../../lib/aws/awsSettings';
import { endpointOf } from '../../../lib/aws/endpoint';
import { ListObjectsV2Command, ScanCommand } from '../../../lib/aws/vendor/clients';
import { startDynamoDb } from '../../../local/dynamodb';
import { startKinesis, type LocalKinesis } from '../../../local/kinesis';
import { startS3 } from '../../../local/s3';
import { startSns, type LocalSns } from '../../../local/sns';
import { AwsQueryServer, failure } from '../../helpers/AwsQueryServer';
import { useEnvironment } from '../../helpers/environment';

const keys = { accessKeyId: 'AKIASTORED', secretAccessKey: 'stored' };

describe('AwsConnection', () => {
  const setEnvironment = useEnvironment(/^AWS_/);
  const opened: AwsConnection[] = [];
  let server: AwsQueryServer;

  beforeEach(async () => {
    server = await AwsQueryServer.start();
    // No test may find the machine's own credentials.
    setEnvironment({
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: '/nowhere',
      AWS_SHARED_CREDENTIALS_FILE: '/nowhere',
    });
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((connection) => connection.close()));
    await server.close();
  });

  function open(settings: Partial<AwsSettings> = {}, secrets: object = keys): AwsConnection {
    const connection = new AwsConnection(
      {
        region: 'eu-west-1',
        endpoint: server.endpoint,
        auth: 'keys',
        profile: 'default',
        roleArn: '',
        externalId: '',
        roleSessionName: 'streamcut',
        roleSource: 'default',
        ...settings,
      },
      secrets,
    );
    opened.push(connection);
    return connection;
  }

  async function publish(connection: AwsConnection): Promise<void> {
    await (
      await connection.sns()
    ).send(new PublishCommand({ PhoneNumber: '+358401234567', Message: 'hello' }));
  }

  it('gives everybody the same client of a service', async () => {
    const connection = open();
    assert.equal(await connection.sns(), await connection.sns());
    assert.equal(await connection.kinesis(), await connection.kinesis());
  });

  it('signs with the stored keys and their session token, for the region that is set', async () => {
    await publish(open({}, { ...keys, sessionToken: 'session' }));
    assert.match(server.authorizations[0]!, /Credential=AKIASTORED\/\d+\/eu-west-1\/sns/);
    assert.match(server.authorizations[0]!, /x-amz-security-token/);
  });

  it('takes region and credentials from the environment when nothing is set', async () => {
    setEnvironment({ AWS_REGION: 'ap-south-1', AWS_ACCESS_KEY_ID: 'AKIAENV', AWS_SECRET_ACCESS_KEY: 'env' });
    await publish(open({ region: '', auth: 'default' }));
    assert.match(server.authorizations[0]!, /Credential=AKIAENV\/\d+\/ap-south-1\//);
  });

  it('takes region and credentials from the profile', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'aws-'));
    const [config, credentials] = [path.join(folder, 'config'), path.join(folder, 'credentials')];
    writeFileSync(config, '[profile ops]\nregion = sa-east-1\n');
    writeFileSync(credentials, '[ops]\naws_access_key_id = AKIAPROFILE\naws_secret_access_key = profile\n');
    setEnvironment({ AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: credentials });
    try {
      await publish(open({ region: '', auth: 'profile', profile: 'ops' }, {}));
    } finally {
      rmSync(folder, { recursive: true });
    }
    assert.match(server.authorizations[0]!, /Credential=AKIAPROFILE\/\d+\/sa-east-1\//);
  });

  it('assumes the role with the external id and the base credentials, and signs with what it got', async () => {
    await publish(
      open({
        auth: 'assume-role',
        roleSource: 'keys',
        roleArn: 'arn:aws:iam::123456789012:role/notify',
        externalId: 'customer-7',
        roleSessionName: 'plant-3',
      }),
    );
    const [assume] = server.requests;
    assert.deepEqual(
      [assume!.Action, assume!.RoleArn, assume!.ExternalId, assume!.RoleSessionName],
      ['AssumeRole', 'arn:aws:iam::123456789012:role/notify', 'customer-7', 'plant-3'],
    );
    assert.match(server.authorizations[0]!, /Credential=AKIASTORED\/\d+\/eu-west-1\/sts/);
    assert.match(server.authorizations[1]!, /Credential=ASSUMED\//);
  });

  for (const [missing, secrets] of [
    ['accessKeyId', { secretAccessKey: 'stored' }],
    ['secretAccessKey', { accessKeyId: 'AKIASTORED', secretAccessKey: '${NOT_SET}' }],
  ] as const) {
    it(`refuses to start with keys when ${missing} is not there`, () => {
      const expected = new RegExp(`setting "${missing}" is required`);
      assert.throws(() => open({}, secrets), expected);
      assert.throws(() => open({ auth: 'assume-role', roleSource: 'keys' }, secrets), expected);
    });
  }

  it('says where to put the region when there is none, and finds it once it is there', async () => {
    const connection = open({ region: '' });
    await assert.rejects(connection.sns(), /^Error: region must be set in the AWS connection, in AWS_REGION/);
    setEnvironment({ AWS_REGION: 'eu-north-1' });
    await publish(connection);
  });

  it('keeps its sockets until the announced work has ended, then closes them and opens no more', async () => {
    const connection = open();
    await publish(connection);
    assert.equal(await server.connections(), 1);
    let finish: () => void = () => undefined;
    connection.keepOpenUntil(new Promise<void>((resolve) => (finish = resolve)));
    const closed = connection.close();
    await publish(connection);
    finish();
    await closed;
    await assert.rejects(connection.sns(), /closed/);
    await assert.rejects(connection.kinesis(), /closed/);
    while ((await server.connections()) > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it('tries a request three times in all, whatever the environment says', async () => {
    setEnvironment({ AWS_MAX_ATTEMPTS: '1' });
    server.answer = () => failure(500, 'InternalError');
    await assert.rejects(publish(open()), { name: 'InternalErrorException' });
    assert.equal(server.requests.length, 3);
  });

  it('loads nothing of the SDK before a client is asked for', () => {
    const code = `
      const { AwsConnection } = require('./lib/aws/AwsConnection');
      new AwsConnection({ auth: 'default' });
      console.log(Object.keys(require.cache).filter((file) => /@aws-sdk|@smithy/.test(file)).length);`;
    const printed = execFileSync(process.execPath, ['--require', 'tsx/cjs', '--eval', code], {
      cwd: path.join(__dirname, '../../..'),
    });
    assert.equal(String(printed).trim(), '0');
  });

  describe('over plain http', () => {
    let kinesis: LocalKinesis;
    let sns: LocalSns;
    before(async () => {
      [kinesis, sns] = await Promise.all([startKinesis(), startSns()]);
    });
    after(() => Promise.all([kinesis.close(), sns.close()]));

    it('speaks HTTP/1.1 to the endpoint of the setting', async () => {
      const client = await open({ endpoint: kinesis.endpoint }).kinesis();
      assert.deepEqual((await client.send(new ListStreamsCommand({}))).StreamNames, []);
    });

    it('speaks HTTP/1.1 to the endpoints of the environment, one for each service', async () => {
      setEnvironment({ AWS_ENDPOINT_URL_KINESIS: kinesis.endpoint, AWS_ENDPOINT_URL_SNS: sns.endpoint });
      const connection = open({ endpoint: '' });
      const streams = await (await connection.kinesis()).send(new ListStreamsCommand({}));
      const topics = await (await connection.sns()).send(new ListTopicsCommand({}));
      assert.deepEqual([streams.StreamNames, topics.Topics ?? []], [[], []]);
    });
  });

  it('reaches tables at the endpoint of the environment', async () => {
    const dynamodb = await startDynamoDb();
    try {
      setEnvironment({ AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint });
      const client = await open({ endpoint: '' }).dynamodb();
      const missing = client.send(new ScanCommand({ TableName: 'nothing' }));
      await assert.rejects(missing, { name: 'ResourceNotFoundException' });
    } finally {
      await dynamodb.close();
    }
  });

  it('reaches buckets by path where an endpoint is set, and by host at AWS', async () => {
    const s3 = await startS3();
    try {
      await s3.createBucket('state');
      const client = await open({ endpoint: s3.endpoint }).s3();
      assert.equal((await client.send(new ListObjectsV2Command({ Bucket: 'state' }))).KeyCount, 0);
    } finally {
      await s3.close();
    }
    assert.equal((await open({ endpoint: '' }).s3()).config.forcePathStyle, false);
  });

  it('speaks HTTP/2 to Kinesis at AWS, which enhanced fan-out needs', async () => {
    const client = await open({ endpoint: '' }).kinesis();
    assert.equal(client.config.requestHandler.metadata?.handlerProtocol, 'h2');
  });
});

describe('endpointOf', () => {
  const env = { AWS_ENDPOINT_URL: 'http://all', AWS_ENDPOINT_URL_SNS: 'http://sns' };

  it('prefers the setting, then the variable of the service, then that of all services', () => {
    assert.equal(endpointOf('sns', 'http://set', env), 'http://set');
    assert.equal(endpointOf('sns', '', env), 'http://sns');
    assert.equal(endpointOf('kinesis', '', env), 'http://all');
    assert.equal(endpointOf('kinesis', '', {}), undefined);
  });

  it('does not read the variables when the environment says so', () => {
    assert.equal(endpointOf('sns', '', { ...env, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' }), undefined);
  });
});
