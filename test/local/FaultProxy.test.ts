import assert from 'node:assert/strict';
import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { PublishBatchCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { FaultProxy } from '../../local/FaultProxy';
import { readStream } from '../../local/streams';
import { startSns, type LocalSns } from '../../local/sns';
import { useKinesis } from '../helpers/kinesis';
import { PushServer } from '../helpers/PushServer';
import { until } from '../helpers/until';

const aws = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  maxAttempts: 1,
};

describe('FaultProxy', () => {
  const kinesis = useKinesis();
  let direct: KinesisClient;
  let proxy: FaultProxy;
  let client: KinesisClient;
  let stream: string;

  beforeEach(async () => {
    ({ client: direct, proxy, stream } = kinesis);
    await kinesis.create();
    client = new KinesisClient({
      ...aws,
      endpoint: proxy.endpoint,
      requestHandler: new NodeHttpHandler({ requestTimeout: 500, throwOnRequestTimeout: true }),
    });
  });
  afterEach(() => client.destroy());

  const put = (...texts: string[]) =>
    client.send(
      new PutRecordsCommand({
        StreamName: stream,
        Records: texts.map((text) => ({ PartitionKey: text, Data: Buffer.from(text) })),
      }),
    );
  const stored = async () => (await readStream(direct, stream)).map(({ partitionKey }) => partitionKey);

  it('passes requests on and notes them in order', async () => {
    await put('a');
    await put('b');
    assert.deepEqual(await stored(), ['a', 'b']);
    assert.deepEqual(
      proxy.requests.map(({ operation, fault }) => [operation, fault]),
      [
        ['PutRecords', undefined],
        ['PutRecords', undefined],
      ],
    );
    assert.ok(proxy.requests[0]!.body.includes(stream));
    assert.equal(proxy.count('GetRecords'), 0);
  });

  it('throttles as often as it is told, then passes requests on', async () => {
    proxy.inject({ kind: 'throttle' }, { times: 2 });
    await assert.rejects(put('a'), { name: 'ProvisionedThroughputExceededException' });
    await assert.rejects(put('a'), { name: 'ProvisionedThroughputExceededException' });
    await put('a');
    assert.deepEqual(await stored(), ['a']);
  });

  it('expires iterators', async () => {
    proxy.inject({ kind: 'expired-iterator' });
    await assert.rejects(put('a'), { name: 'ExpiredIteratorException' });
  });

  it('meets only the requests of the operation and the condition', async () => {
    proxy.inject({ kind: 'throttle' }, { operation: 'GetRecords' });
    proxy.inject({ kind: 'throttle' }, { when: ({ body }) => body.includes('Yg==') });
    await put('a');
    await assert.rejects(put('b'));
    proxy.inject({ kind: 'throttle' }, { times: Infinity });
    await assert.rejects(put('c'));
    proxy.heal();
    await put('d');
    assert.deepEqual(await stored(), ['a', 'd']);
  });

  it('fails chosen entries of PutRecords and stores the others, by position', async () => {
    proxy.inject({
      kind: 'partial-put-records',
      code: ({ index, data }) =>
        index === 0
          ? 'InternalFailure'
          : data.toString() === 'c'
            ? 'ProvisionedThroughputExceededException'
            : undefined,
    });
    const { FailedRecordCount, Records = [] } = await put('a', 'b', 'c', 'd');
    assert.equal(FailedRecordCount, 2);
    assert.deepEqual(
      Records.map(({ ErrorCode, ShardId }) => ErrorCode ?? ShardId),
      [
        'InternalFailure',
        'shardId-000000000000',
        'ProvisionedThroughputExceededException',
        'shardId-000000000000',
      ],
    );
    assert.deepEqual(await stored(), ['b', 'd']);
  });

  it('fails every entry of PutRecords without asking the service', async () => {
    proxy.inject({ kind: 'partial-put-records', code: () => 'InternalFailure' });
    assert.equal((await put('a', 'b')).FailedRecordCount, 2);
    assert.deepEqual(await stored(), []);
  });

  it('answers with a status', async () => {
    proxy.inject({ kind: 'status', status: 503 });
    await assert.rejects(put('a'), (error: { $metadata: { httpStatusCode: number } }) => {
      assert.equal(error.$metadata.httpStatusCode, 503);
      return true;
    });
  });

  it('drops connections before and after the service has done its part', async () => {
    proxy.inject({ kind: 'drop', moment: 'before' });
    await assert.rejects(put('a'), { code: 'ECONNRESET' });
    assert.deepEqual(await stored(), []);
    proxy.inject({ kind: 'drop', moment: 'after' });
    await assert.rejects(put('b'), { code: 'ECONNRESET' });
    assert.deepEqual(await stored(), ['b']);
  });

  describe('before answers that have no end', () => {
    let server: PushServer;
    let before: FaultProxy;
    const subscribe = () =>
      fetch(before.endpoint, {
        method: 'POST',
        headers: { 'x-amz-target': 'Kinesis_20131202.SubscribeToShard' },
        body: JSON.stringify({ ShardId: 'a', StartingPosition: { Type: 'TRIM_HORIZON' } }),
      });
    beforeEach(async () => {
      server = await PushServer.start();
      server.addShard('a', 1);
      before = await FaultProxy.start(server.endpoint);
    });
    afterEach(async () => {
      await before.close();
      await server.close();
    });

    it('cuts one in the middle', async () => {
      before.inject({ kind: 'cut', ms: 100 });
      const { status, body } = await subscribe();
      assert.equal(status, 200);
      const reader = body!.getReader();
      assert.ok((await reader.read()).value!.length > 0);
      await assert.rejects(async () => {
        while (!(await reader.read()).done);
      });
    });

    it('ends one at the service when the client has gone', async () => {
      const { body } = await subscribe();
      await until(() => server.open === 1, 'the answer');
      await body!.cancel();
      await until(() => server.open === 0, 'its end');
    });
  });

  it('answers garbage', async () => {
    proxy.inject({ kind: 'garbage' });
    await assert.rejects(put('a'));
    assert.deepEqual(await stored(), []);
  });

  it('delays a request and then passes it on', async () => {
    proxy.inject({ kind: 'delay', ms: 50 });
    await put('a');
    assert.equal(proxy.requests[0]!.fault, 'delay');
    assert.deepEqual(await stored(), ['a']);
  });

  it('lets a request hang until the client gives up', async () => {
    proxy.inject({ kind: 'hang' });
    await assert.rejects(put('a'), { name: 'TimeoutError' });
  });

  it('closes while a request hangs', async () => {
    proxy.inject({ kind: 'hang' });
    const hanging = assert.rejects(put('a'));
    await until(() => proxy.count() > 0, 'the request');
    await proxy.close();
    await hanging;
  });

  describe('in front of SNS', () => {
    let sns: LocalSns;
    let front: FaultProxy;
    let publisher: SNSClient;
    let TopicArn: string;
    const heard: string[] = [];

    before(async () => {
      sns = await startSns();
      TopicArn = await sns.subscribe('alerts', ({ message }) => heard.push(message));
      front = await FaultProxy.start(sns.endpoint);
      publisher = new SNSClient({ ...aws, endpoint: front.endpoint });
    });
    after(async () => {
      publisher.destroy();
      await front.close();
      await sns.close();
    });

    it('fails chosen entries of PublishBatch and publishes the others', async () => {
      front.inject({
        kind: 'partial-publish-batch',
        code: ({ message }) => (message === 'two' ? 'InternalError' : undefined),
      });
      const answer = await publisher.send(
        new PublishBatchCommand({
          TopicArn,
          PublishBatchRequestEntries: ['one', 'two', 'three'].map((Message, index) => ({
            Id: `id${index}`,
            Message,
          })),
        }),
      );
      assert.deepEqual(
        [answer.Successful?.map(({ Id }) => Id), answer.Failed?.map(({ Id, Code }) => [Id, Code])],
        [['id0', 'id2'], [['id1', 'InternalError']]],
      );
      const end = Date.now() + 5000;
      while (heard.length < 2 && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 10));
      assert.deepEqual(heard.sort(), ['one', 'three']);
    });

    it('fails every entry of PublishBatch without asking the service', async () => {
      front.inject({ kind: 'partial-publish-batch', code: () => 'Throttled' });
      const answer = await publisher.send(
        new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries: [{ Id: 'only', Message: 'x' }] }),
      );
      assert.deepEqual(
        answer.Failed?.map(({ Id, Code }) => [Id, Code]),
        [['only', 'Throttled']],
      );
    });

    it('throttles with an error of the query protocol', async () => {
      front.inject({ kind: 'throttle' }, { operation: 'Publish' });
      await assert.rejects(publisher.send(new PublishCommand({ TopicArn, Message: 'x' })), (error: Error) =>
        /Throttl/.test(error.name),
      );
    });
  });
});
