import assert from 'node:assert/strict';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { startSns, type LocalSns, type Notification } from '../../local/sns';

describe('local SNS', () => {
  let sns: LocalSns;
  let client: SNSClient;
  beforeEach(async () => {
    sns = await startSns({ region: 'eu-west-1' });
    client = new SNSClient({
      endpoint: sns.endpoint,
      region: sns.region,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
  });
  afterEach(() => client.destroy());

  it('listens on loopback and gives topics ARNs of its region', async () => {
    assert.match(sns.endpoint, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.equal(await sns.createTopic('alerts'), await sns.createTopic('alerts'));
    assert.match(await sns.createTopic('alerts'), /^arn:aws:sns:eu-west-1:\d{12}:alerts$/);
    await sns.close();
  });

  it('shows every subscriber of a topic its notifications', async () => {
    const seen: Notification[][] = [[], []];
    const TopicArn = await sns.subscribe('alerts', (one) => seen[0]!.push(one));
    await sns.subscribe('alerts', (one) => seen[1]!.push(one));
    await client.send(new PublishCommand({ TopicArn, Subject: 'Anomaly', Message: 'score 3' }));
    const end = Date.now() + 5_000;
    while (seen.some(({ length }) => length === 0)) {
      assert.ok(Date.now() < end, 'no notification came');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    for (const [first] of seen) assert.deepEqual([first!.subject, first!.message], ['Anomaly', 'score 3']);
    await sns.close();
  });

  it('tells when its subscribers have taken everything', async () => {
    let taken = 0;
    const TopicArn = await sns.subscribe('alerts', () => taken++);
    const publishing = Array.from({ length: 30 }, (_, number) =>
      client.send(new PublishCommand({ TopicArn, Message: String(number) })),
    );
    await Promise.all(publishing);
    await sns.idle();
    assert.equal(taken, 30);
    await sns.close();
  });

  it('closes while subscribers wait, and answers no more', async () => {
    await sns.subscribe('alerts', () => undefined);
    await sns.close();
    await assert.rejects(fetch(`${sns.endpoint}/health`));
  });
});
