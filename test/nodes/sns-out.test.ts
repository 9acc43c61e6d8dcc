import assert from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import { startSns, type LocalSns, type Notification } from '../../local/sns';
import awsConnection from '../../nodes/aws-connection';
import snsOut from '../../nodes/sns-out';
import { AwsQueryServer, success, type QueryRequest } from '../helpers/AwsQueryServer';
import { localConnection } from '../helpers/connection';
import { itRefuses } from '../helpers/itRefuses';
import { Bench, useNodeRed } from '../helpers/nodeRed';

const topicOf = (name: string) => `arn:aws:sns:us-east-1:123456789012:${name}`;

describe('sns-out', () => {
  useNodeRed();

  let sns: LocalSns;
  before(async () => {
    sns = await startSns();
  });
  after(() => sns.close());

  const deploy = (config: object, endpoint = sns.endpoint) => {
    const { node, credentials } = localConnection(endpoint);
    return Bench.deploy(
      [awsConnection, snsOut],
      { type: 'sns-out', aws: node.id, ...config },
      { extra: [node], credentials },
    );
  };

  /** A topic of its own for each test, and what its subscriber gets. */
  let topics = 0;
  async function subscribedTopic(suffix = '') {
    const got: Notification[] = [];
    const topicArn = await sns.subscribe(`topic-${topics++}${suffix}`, (one) => got.push(one));
    return { topicArn, got, texts: () => got.map(({ message }) => message) };
  }

  const clickstream = {
    subject: 'Anomaly Detected',
    message:
      'Anomaly detected with a click through rate of {{payload.ctr}}% and an anomaly score of {{anomaly.score}}',
  };
  const detected = (ctr: number, score: number) => ({ payload: { ctr }, anomaly: { score }, topic: 'kept' });

  it('notifies of a clickstream anomaly in the exact words, and passes the message on with the receipt', async () => {
    const { topicArn, got } = await subscribedTopic();
    const bench = await deploy({ topicArn, ...clickstream });
    bench.send(detected(50.25, 2.3456));
    const [passed] = await bench.received(1);
    await bench.until(() => got.length === 1);
    assert.equal(got[0]!.subject, 'Anomaly Detected');
    assert.equal(
      got[0]!.message,
      'Anomaly detected with a click through rate of 50.25% and an anomaly score of 2.3456',
    );
    assert.deepEqual(passed!.sns, { messageId: got[0]!.messageId });
    assert.deepEqual([passed!.payload, passed!.topic], [{ ctr: 50.25 }, 'kept']);
    await bench.done(1);
  });

  it('sends payload and anomaly as JSON when it has no message template, and no subject when it has none', async () => {
    const { topicArn, got } = await subscribedTopic();
    const bench = await deploy({ topicArn });
    bench.send({ ...detected(50, 2.5), window: { start: 0, end: 10_000 } }, { payload: 'plain text' });
    await bench.until(() => got.length === 2);
    assert.deepEqual(JSON.parse(got[0]!.message), {
      topic: 'kept',
      window: { start: 0, end: 10_000 },
      payload: { ctr: 50 },
      anomaly: { score: 2.5 },
    });
    assert.equal(got[0]!.subject, undefined);
    assert.equal(got[1]!.message, 'plain text');
  });

  it('sends a batch as one notification a record, in order, and passes on what was taken with its receipts', async () => {
    const { topicArn, got, texts } = await subscribedTopic();
    const bench = await deploy({ topicArn, message: '{{payload.id}} scored {{anomaly.score}} in {{topic}}' });
    const records = Array.from({ length: 25 }, (_, id) => ({ id, anomaly: { score: id / 2 } }));
    bench.send({ payload: records, topic: 'batch', anomaly: { score: 'of the message' } });
    const [passed] = await bench.received(1);
    await bench.until(() => got.length === 25);
    assert.deepEqual(
      texts(),
      records.map(({ id }) => `${id} scored ${id / 2} in batch`),
    );
    assert.deepEqual(passed!.payload, records);
    assert.deepEqual(
      (passed!.sns as Notification[]).map(({ messageId }) => messageId),
      got.map(({ messageId }) => messageId),
    );
    await bench.done(1);
  });

  it('reads in a template what is said about each record of a batch', async () => {
    const { topicArn, got, texts } = await subscribedTopic();
    const bench = await deploy({ topicArn, message: '{{payload.id}} of {{kinesis.shardId}}' });
    bench.send({ payload: [{ id: 1 }, { id: 2 }], kinesis: [{ shardId: 'one' }, { shardId: 'two' }] });
    await bench.until(() => got.length === 2);
    assert.deepEqual(texts(), ['1 of one', '2 of two']);
  });

  it('reports a bad record of a batch alone and sends the others', async () => {
    const { topicArn, texts } = await subscribedTopic();
    const bench = await deploy({ topicArn, message: 'ctr {{payload.ctr}}' });
    bench.send({ payload: [{ ctr: 1 }, {}, null, { ctr: 2 }] });
    const [passed] = await bench.received(1);
    await bench.until(() => texts().length === 2);
    assert.deepEqual(texts(), ['ctr 1', 'ctr 2']);
    assert.deepEqual(passed!.payload, [{ ctr: 1 }, { ctr: 2 }]);
    const failures = await bench.failed(2);
    assert.deepEqual(
      failures.map(({ msg }) => msg.payload),
      [{}, null],
    );
    assert.match(failures[0]!.message, /^sns-out: payload\.ctr must be .*, got undefined/);
    assert.equal((passed!.sns as unknown[]).length, 2);
    await bench.done(1);
  });

  it('makes the subject legal', async () => {
    const { topicArn, got } = await subscribedTopic();
    const bench = await deploy({ topicArn, subject: '{{payload}}', message: 'm' });
    bench.send({ payload: `line\nbreak ${'x'.repeat(200)}` }, { payload: ' \n ' });
    await bench.until(() => got.length === 2);
    assert.equal(got[0]!.subject, `line break ${'x'.repeat(88)}…`);
    assert.equal(got[1]!.subject, undefined);
  });

  it('sends attributes of every type', async () => {
    const { topicArn, got } = await subscribedTopic();
    const bench = await deploy({
      topicArn,
      idAttribute: '',
      attributes: [
        { name: 'site', value: '{{payload.site}}' },
        { name: 'score', type: 'Number', value: '{{anomaly.score}}' },
        { name: 'tags', type: 'String.Array', value: '["ctr","{{topic}}"]' },
        { name: 'raw', type: 'Binary', value: 'AQID' },
      ],
    });
    bench.send({ payload: { site: 'a' }, anomaly: { score: 2.5 }, topic: 't' });
    await bench.until(() => got.length === 1);
    assert.deepEqual(got[0]!.attributes, {
      site: { Type: 'String', Value: 'a' },
      score: { Type: 'Number', Value: '2.5' },
      tags: { Type: 'String.Array', Value: '["ctr","t"]' },
      raw: { Type: 'Binary', Value: 'AQID' },
    });
  });

  it('gives a record the same id when it comes again, and another one to every other record', async () => {
    const { topicArn, got } = await subscribedTopic();
    const window = { start: 0, end: 60_000, key: 'a', count: 3, filled: false, partial: false };
    const bench = await deploy({ topicArn, message: 'same' });
    const record = { payload: 1, topic: 'a', timestamp: 60_000, window };
    const origin = { stream: 's', shardId: '0', sequenceNumber: '1', subSequenceNumber: 0 };
    bench.send(
      { ...record, _msgid: 'once' },
      { ...record, _msgid: 'again' },
      { ...record, window: { ...window, start: 1 } },
      { ...record, topic: 'b' },
      { payload: 1, kinesis: { ...origin, millisBehindLatest: 5 } },
      { payload: 1, kinesis: { ...origin, millisBehindLatest: 0 } },
      { payload: 1, kinesis: { ...origin, sequenceNumber: '2' } },
      { payload: 1 },
      { payload: 1 },
    );
    await bench.until(() => got.length === 9);
    const ids = got.map(({ attributes }) => attributes.notificationId!.Value);
    assert.equal(ids[0], ids[1]);
    assert.equal(ids[4], ids[5]);
    assert.equal(new Set(ids).size, 7);
  });

  it('lets through a FIFO topic once what is sent twice', async () => {
    const { topicArn, texts } = await subscribedTopic('.fifo');
    const bench = await deploy({ topicArn, message: '{{payload}}', messageGroupId: 'g' });
    const record = { payload: 'first', timestamp: 1 };
    bench.send(record, { ...record }, { payload: 'second', timestamp: 1 });
    await bench.done(3);
    await bench.until(() => texts().length === 2);
    assert.deepEqual(texts(), ['first', 'second']);
  });

  it('keeps the order of a FIFO topic within its groups and sends a deduplication id only once', async () => {
    const { topicArn, got, texts } = await subscribedTopic('.fifo');
    const bench = await deploy({
      topicArn,
      message: '{{payload.n}}',
      messageGroupId: '{{payload.site}}',
      messageDeduplicationId: '{{payload.site}}-{{payload.n}}',
    });
    const records = Array.from({ length: 12 }, (_, n) => ({ n, site: n % 3 === 0 ? 'a' : 'b' }));
    bench.send({ payload: [...records, records[0], records[1]] });
    await bench.received(1);
    await bench.until(() => got.length === 12);
    const inGroup = (group: string) =>
      got.filter(({ groupId }) => groupId === group).map(({ message }) => +message);
    assert.deepEqual(inGroup('a'), [0, 3, 6, 9]);
    assert.deepEqual(inGroup('b'), [1, 2, 4, 5, 7, 8, 10, 11]);
    assert.equal(texts().length, 12);
  });

  it('picks the topic by a template', async () => {
    const [first, second] = [await subscribedTopic(), await subscribedTopic()];
    const bench = await deploy({ topicArn: '{{payload.to}}', message: '{{payload.text}}' });
    bench.send(
      { payload: { to: first.topicArn, text: 'one' } },
      { payload: { to: second.topicArn, text: 'two' } },
    );
    await bench.received(2);
    await bench.until(() => first.got.length === 1 && second.got.length === 1);
    assert.deepEqual([first.texts(), second.texts()], [['one'], ['two']]);
  });

  it('consumes control messages, and is done with a flush when everything before it was sent', async () => {
    const { topicArn, got } = await subscribedTopic();
    const bench = await deploy({ topicArn, message: '{{payload}}' });
    bench.send(
      { payload: 'first' },
      { flush: true },
      { reset: true, payload: 'a' },
      { train: true, payload: 'b' },
    );
    await bench.done(4);
    assert.equal(bench.outputs[0]!.length, 1);
    bench.send({ payload: 'last' });
    await bench.until(() => got.length === 2);
    assert.deepEqual(
      got.map(({ message }) => message),
      ['first', 'last'],
    );
  });

  describe('by what it asks of SNS', () => {
    let server: AwsQueryServer;
    beforeEach(async () => {
      server = await AwsQueryServer.start();
    });
    afterEach(() => server.close());
    const topicArn = topicOf('alerts');

    it('sends a phone number its text, without a subject', async () => {
      const bench = await deploy(
        { phoneNumber: '{{payload.phone}}', subject: 'none', message: 'ctr {{payload.ctr}}' },
        server.endpoint,
      );
      bench.send({ payload: { phone: '+358 (40) 123-4567', ctr: 50 } });
      const [passed] = await bench.received(1);
      assert.deepEqual(passed!.sns, { messageId: 'id' });
      const [{ Version, ...request }] = server.requests as [QueryRequest];
      assert.ok(Version);
      assert.deepEqual(request, { Action: 'Publish', PhoneNumber: '+358401234567', Message: 'ctr 50' });
    });

    it('reports a phone number without country code and a text too long for a phone', async () => {
      const bench = await deploy({ phoneNumber: '{{topic}}' }, server.endpoint);
      bench.send({ payload: 'a', topic: '040 123' }, { payload: 'a'.repeat(1601), topic: '+358401234567' });
      const failures = await bench.failed(2);
      assert.match(failures[0]!.message, /^sns-out: phoneNumber must be .*, got "040 123"/);
      assert.match(failures[1]!.message, /^sns-out: message must be at most 1600 characters/);
      assert.equal(server.requests.length, 0);
    });

    it('writes a text per protocol beside the required default', async () => {
      const bench = await deploy(
        {
          topicArn,
          message: 'ctr {{payload.ctr}}',
          messageStructure: 'json',
          protocols: [
            { protocol: 'sms', message: 'CTR!' },
            { protocol: 'sqs', message: '{{payload}}' },
          ],
        },
        server.endpoint,
      );
      bench.send({ payload: { ctr: 50 } });
      await bench.received(1);
      const [request] = server.requests;
      assert.equal(request!.MessageStructure, 'json');
      assert.deepEqual(JSON.parse(request!.Message!), {
        default: 'ctr 50',
        sms: 'CTR!',
        sqs: '{"ctr":50}',
      });
    });

    it('reports the record of a batch that SNS refuses, alone and at once', async () => {
      server.answer = (request) =>
        success(request, ({ Message }) =>
          Message === 'bad' ? { code: 'InvalidParameter', senderFault: true } : undefined,
        );
      const bench = await deploy({ topicArn, message: '{{payload.text}}' }, server.endpoint);
      bench.send({ payload: ['good', 'bad', 'fine'].map((text) => ({ text })) });
      const [passed] = await bench.received(1);
      assert.deepEqual(passed!.payload, [{ text: 'good' }, { text: 'fine' }]);
      const [failure] = await bench.failed(1);
      assert.equal(failure!.message, 'sns-out: SNS refused the notification: InvalidParameter: it failed');
      assert.deepEqual(failure!.msg.payload, { text: 'bad' });
      assert.equal(server.requests.length, 1);
    });

    it('sends what is under way before it and its connection are closed', async () => {
      server.answer = (request) => ({ ...success(request), delay: 200 });
      const bench = await deploy({ topicArn }, server.endpoint);
      bench.send({ payload: 'first' });
      await bench.until(() => server.requests.length === 1);
      bench.send({ payload: 'second' });
      await helper.unload();
      assert.deepEqual(
        server.requests.map(({ Message }) => Message),
        ['first', 'second'],
      );
    });
  });

  describe('bad input', () => {
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    const bad: [string, object, object, RegExp][] = [
      ['no payload', {}, {}, /^sns-out: payload must be .*, got undefined/],
      [
        'a buffer',
        {},
        { payload: Buffer.from([0, 255]) },
        /^sns-out: payload must be .*, got a buffer of 2 bytes/,
      ],
      [
        'a circular payload',
        {},
        { payload: circular },
        /^sns-out: payload must be without circular references/,
      ],
      ['an empty message', {}, { payload: '' }, /^sns-out: message must be .*, got ""/],
      ['a missing value', { message: '{{payload.ctr}}' }, { payload: {} }, /^sns-out: payload\.ctr must be/],
      [
        'a huge message',
        {},
        { payload: 'x'.repeat(300_000) },
        /^sns-out: message must be at most 262144 bytes/,
      ],
      [
        'a wrong topic',
        { topicArn: '{{topic}}' },
        { payload: 'a', topic: 'alerts' },
        /^sns-out: topicArn must be the ARN/,
      ],
      [
        'a topic that is not there',
        { topicArn: topicOf('none') },
        { payload: 'a' },
        /^sns-out: topicArn must be a topic that exists.*none/,
      ],
      [
        'an attribute that is no number',
        { attributes: [{ name: 'score', type: 'Number', value: '{{payload}}' }] },
        { payload: 'NaN' },
        /^sns-out: attributes\.score must be a finite number, got "NaN"/,
      ],
      [
        'a group id with a blank',
        { messageGroupId: '{{payload}}' },
        { payload: 'a b' },
        /^sns-out: messageGroupId must be 1 to 128 letters/,
      ],
    ];
    for (const [what, config, message, expected] of bad) {
      it(`reports ${what} by node and field, and takes the next message`, async () => {
        const { topicArn, got } = await subscribedTopic();
        const bench = await deploy({ topicArn, ...config });
        bench.send(message);
        assert.match((await bench.failed(1))[0]!.message, expected);
        bench.send({ payload: 7, ctr: 1, topic: topicArn });
        if ('message' in config || what === 'a topic that is not there') await bench.failed(2);
        else await bench.until(() => got.length === 1);
        assert.equal(bench.completed.length + bench.failures.length, 2);
      });
    }

    const wrong: [object, RegExp][] = [
      [{}, /setting "topicArn" is required/],
      [{ topicArn: '${STREAMCUT_TEST_TOPIC_NOT_SET}' }, /setting "topicArn" is required/],
      [{ topicArn: 'alerts' }, /setting "topicArn" must be the ARN of a topic, got "alerts"/],
      [
        { topicArn: topicOf('a'), phoneNumber: '+358401234567' },
        /setting "phoneNumber" must be empty beside a topic/,
      ],
      [{ topicArn: topicOf('a.fifo') }, /setting "messageGroupId" is required/],
      [
        { topicArn: topicOf('a'), message: '{{payload' },
        /setting "message" is not a valid template: Unclosed tag/,
      ],
      [
        { topicArn: topicOf('a'), attributes: [{ name: 'a', value: '{{#b}}' }] },
        /setting "attributes\[0\]\.value" is not/,
      ],
      [
        { topicArn: topicOf('a'), attributes: [{ name: 'a b', value: 'c' }] },
        /setting "attributes\[0\]\.name" must be/,
      ],
      [
        { topicArn: topicOf('a'), attributes: [{ name: 'a', type: 'Date', value: 'c' }] },
        /attributes\[0\]\.type" must be one of/,
      ],
      [
        { topicArn: topicOf('a'), protocols: [{ protocol: 'sms' }] },
        /setting "protocols\[0\]\.message" is required/,
      ],
      [
        {
          topicArn: topicOf('a'),
          protocols: [
            { protocol: 'sms', message: 'a' },
            { protocol: 'sms', message: 'b' },
          ],
        },
        /setting "protocols" must be a list with each protocol once/,
      ],
      [{ topicArn: topicOf('a'), deadline: 0 }, /setting "deadline" must be a whole number from 100/],
      [{ topicArn: topicOf('a'), aws: '' }, /setting "aws" is required/],
      [
        { topicArn: topicOf('a'), aws: 'nowhere' },
        /setting "aws" must name an aws-connection node .*, got "nowhere"/,
      ],
    ];
    itRefuses(wrong, deploy, { payload: 'a' });
  });
});
