import assert from 'node:assert/strict';
import type { AwsConnection } from '../../../../lib/aws/AwsConnection';
import { SnsPublisher, type PublishLimits } from '../../../../lib/aws/sns/SnsPublisher';
import { NotHandedOver } from '../../../../lib/delivery/NotHandedOver';
import { openLocalConnection } from '../../../helpers/connection';
import { AwsQueryServer, entriesOf, failure, silence, success } from '../../../helpers/AwsQueryServer';

const topicArn = 'arn:aws:sns:us-east-1:123456789012:alerts';
const throttled = { code: 'Throttling', senderFault: true };

describe('SnsPublisher', () => {
  let server: AwsQueryServer;
  let connection: AwsConnection;

  beforeEach(async () => {
    server = await AwsQueryServer.start();
    connection = openLocalConnection(server.endpoint);
  });
  afterEach(async () => {
    await connection.close();
    await server.close();
  });

  const publisher = (limits: Partial<PublishLimits> = {}) =>
    new SnsPublisher(() => connection.sns(), {
      deadline: 10_000,
      maxBytes: 262_144,
      maxQueue: 10_000,
      ...limits,
    });
  /** The texts of every request, in order. */
  const sent = () =>
    server.requests.map((request) =>
      request.Action === 'Publish' ? [request.Message] : entriesOf(request).map(({ Message }) => Message),
    );
  const texts = (count: number) => Array.from({ length: count }, (_, index) => String(index));
  const publishAll = (to: SnsPublisher, messages: readonly string[], topic = topicArn) =>
    Promise.allSettled(messages.map((message) => to.publish({ topicArn: topic, message })));
  const outcome = (results: PromiseSettledResult<unknown>[]) =>
    results.map((result) => (result.status === 'fulfilled' ? 'taken' : (result.reason as Error).message));

  it('puts ten at once into a request, in order', async () => {
    await publishAll(publisher(), texts(25));
    assert.deepEqual(
      sent().map((request) => request.length),
      [10, 10, 5],
    );
    assert.deepEqual(sent().flat(), texts(25));
  });

  it('keeps a request within the size limit', async () => {
    const messages = [600, 600, 300, 1024, 10].map((length) => 'x'.repeat(length));
    await publishAll(publisher({ maxBytes: 1024 }), messages);
    assert.deepEqual(sent(), [[messages[0]], [messages[1], messages[2]], [messages[3]], [messages[4]]]);
  });

  it('sends again only what failed, until it is taken', async () => {
    server.answer = (request, count) =>
      success(request, ({ Message }) => (count < 2 && Number(Message) >= 8 ? throttled : undefined));
    const results = await publishAll(publisher(), texts(10));
    assert.deepEqual(sent(), [texts(10), ['8', '9'], ['8', '9']]);
    assert.ok(results.every(({ status }) => status === 'fulfilled'));
  });

  it('waits out a throttled service beyond the attempts of the SDK', async () => {
    server.answer = (request, count) => (count < 4 ? failure(503, 'ServiceUnavailable') : success(request));
    await publisher().publish({ topicArn, message: 'a' });
    assert.equal(server.requests.length, 5);
  });

  it('gives up at the deadline and says what SNS answered last', async () => {
    server.answer = () => failure(500, 'InternalError');
    await assert.rejects(publisher({ deadline: 700 }).publish({ topicArn, message: 'a' }), {
      message: /^SNS did not take the notification within 700 ms, last: (.*it failed|no answer)$/,
    });
  });

  it('gives up at the deadline when SNS never answers, and goes on with the next', async () => {
    server.answer = (request, count) => (count === 0 ? silence : success(request));
    const publishing = publisher({ deadline: 300 });
    await assert.rejects(publishing.publish({ topicArn, message: 'a' }), /within 300 ms/);
    await publishing.publish({ topicArn, message: 'b' });
    assert.deepEqual(sent(), [['a'], ['b']]);
  });

  it('does not repeat what SNS refuses for good', async () => {
    server.answer = () => failure(403, 'AuthorizationError', 'not allowed');
    const results = await publishAll(publisher(), ['a', 'b']);
    assert.equal(server.requests.length, 1);
    assert.match(outcome(results)[1]!, /^SNS refused the notification: AuthorizationError.*: not allowed$/);
  });

  it('names the topic that is not there', async () => {
    server.answer = () => failure(404, 'NotFound');
    await assert.rejects(
      publisher().publish({ topicArn, message: 'a' }),
      /^RecordError: topicArn must be a topic that exists/,
    );
  });

  it('finds the one that makes SNS refuse a whole batch', async () => {
    server.answer = (request) =>
      [...entriesOf(request), request].some(({ Message }) => Message === '1')
        ? failure(400, 'InvalidParameter')
        : success(request);
    const results = await publishAll(publisher(), texts(3));
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.deepEqual(sent(), [texts(3), ['0'], ['1'], ['2']]);
  });

  it('never has two of a FIFO group in one request, so that a failure cannot turn their order round', async () => {
    server.answer = (request, count) => success(request, () => (count === 0 ? throttled : undefined));
    const publishing = publisher();
    const groups = ['a', 'a', 'b', 'a', 'b'];
    await Promise.all(
      groups.map((groupId, n) =>
        publishing.publish({ topicArn: `${topicArn}.fifo`, message: `${groupId}${n}`, groupId }),
      ),
    );
    assert.deepEqual(sent(), [['a0', 'b2'], ['a0', 'b2'], ['a1', 'b4'], ['a3']]);
  });

  it('does not let one topic wait for another', async () => {
    server.answer = ({ TopicArn, ...request }) =>
      TopicArn === topicArn ? silence : success({ TopicArn: '', ...request });
    const publishing = publisher();
    const stuck = publishing.publish({ topicArn, message: 'a' });
    await publishing.publish({ topicArn: `${topicArn}-2`, message: 'b' });
    await publishing.close(0);
    await assert.rejects(stuck, /the node was closed before SNS took the notification/);
  });

  it('refuses more than may wait, and counts only what waits', async () => {
    const publishing = publisher({ maxQueue: 3 });
    const results = await publishAll(publishing, texts(5));
    assert.deepEqual(outcome(results), [
      'taken',
      'taken',
      'taken',
      'waiting notifications must be at most 3 (maxQueue), got 4',
      'waiting notifications must be at most 3 (maxQueue), got 4',
    ]);
    assert.equal(publishing.pending, 0);
    await publishing.publish({ topicArn, message: 'later' });
  });

  it('refuses a notification that is too large before sending it', async () => {
    const attributes = { site: { DataType: 'String', StringValue: 'x'.repeat(1000) } };
    await assert.rejects(
      publisher({ maxBytes: 1024 }).publish({ topicArn, message: 'x'.repeat(20), attributes }),
      /^RecordError: message must be at most 1024 bytes with its attributes, got 1030$/,
    );
    assert.equal(server.requests.length, 0);
  });

  it('on close sends what waits, and takes no more', async () => {
    server.answer = (request) => ({ ...success(request), delay: 50 });
    const publishing = publisher();
    const results = publishAll(publishing, texts(15));
    assert.equal(await publishing.close(5_000), 0);
    assert.deepEqual(outcome(await results), Array(15).fill('taken'));
    await assert.rejects(publishing.publish({ topicArn, message: 'late' }), (error) => {
      return error instanceof NotHandedOver && /after the node was closed/.test(error.message);
    });
  });

  it('on close rejects what SNS does not take within the grace', async () => {
    server.answer = () => silence;
    const publishing = publisher();
    const results = publishAll(publishing, texts(15));
    assert.equal(await publishing.close(50), 15);
    const reasons = (await results).map((each) => (each as PromiseRejectedResult).reason as unknown);
    assert.ok(reasons.every((reason) => reason instanceof NotHandedOver));
    assert.ok(outcome(await results).every((text) => /^the node was closed before/.test(text)));
  });

  it('forgets topics that have nothing to send', async () => {
    const publishing = publisher();
    await Promise.all(
      texts(50).map((name) => publishing.publish({ topicArn: `${topicArn}-${name}`, message: 'a' })),
    );
    assert.equal(publishing.topics, 0);
  });
});
