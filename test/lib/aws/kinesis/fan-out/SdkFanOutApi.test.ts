import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { AwsConnection } from '../../../../../lib/aws/AwsConnection';
import type { SubscriptionEvent } from '../../../../../lib/aws/kinesis/fan-out/FanOutApi';
import { SdkFanOutApi } from '../../../../../lib/aws/kinesis/fan-out/SdkFanOutApi';
import type { IteratorStart } from '../../../../../lib/aws/kinesis/KinesisApi';
import { openLocalConnection } from '../../../../helpers/connection';
import { useEnvironment } from '../../../../helpers/environment';
import { PushServer } from '../../../../helpers/PushServer';
import { until } from '../../../../helpers/until';

/** A key and a certificate that nobody trusts. */
const { server: tls } = JSON.parse(
  readFileSync(path.join(path.dirname(require.resolve('kinesis-local/package.json')), 'server.json'), 'utf8'),
) as { server: { key: string; cert: string } };

for (const [protocol, secure] of [
  ['HTTP/1.1, as local servers speak it', false],
  ['HTTP/2, as AWS speaks it', true],
] as const) {
  describe(`SdkFanOutApi over ${protocol}`, () => {
    const setEnvironment = useEnvironment(/^NODE_TLS/);
    let server: PushServer;
    let connection: AwsConnection;
    let api: SdkFanOutApi;
    let stop: AbortController;

    beforeEach(async () => {
      if (secure) setEnvironment({ NODE_TLS_REJECT_UNAUTHORIZED: '0' });
      server = await PushServer.start(secure ? tls : undefined);
      stop = new AbortController();
      connection = openLocalConnection(server.endpoint);
      api = new SdkFanOutApi(() => connection.kinesis(), 's');
    });
    afterEach(async () => {
      stop.abort();
      await connection.close();
      await server.close();
    });

    const subscribe = (start: IteratorStart = { type: 'TRIM_HORIZON' }) =>
      api.subscribe('arn of c', 'a', start, AbortSignal.any([stop.signal]));

    async function take(events: AsyncIterator<SubscriptionEvent, unknown>): Promise<SubscriptionEvent> {
      const { done, value } = await events.next();
      assert.ok(!done, 'an event');
      return value;
    }

    it('finds a consumer, and gives none where there is none', async () => {
      assert.deepEqual(await api.findConsumer('c', stop.signal), { arn: 'arn of c', status: 'ACTIVE' });
      server.refuse = () => 'ResourceNotFoundException';
      assert.equal(
        await new SdkFanOutApi(() => connection.kinesis(), arn).findConsumer('c', stop.signal),
        undefined,
      );
    });

    it('gives records, how far they lag, and where to go on, until the shard ends', async () => {
      server.addShard('a', 3);
      const events = await subscribe();
      const first = await take(events);
      assert.deepEqual(
        first.records.map(({ sequenceNumber, partitionKey, arrival }) => [
          sequenceNumber,
          partitionKey,
          arrival,
        ]),
        [
          ['0', 'key', 1_700_000_000_000],
          ['1', 'key', 1_700_000_000_000],
        ],
      );
      const second = JSON.parse(Buffer.from(first.records[1]!.data).toString()) as { n: number };
      assert.equal(second.n, 1);
      assert.deepEqual([first.millisBehindLatest, first.continuation], [0, '1']);
      assert.equal((await take(events)).continuation, '2');
      server.addShard('b', 0, 0, { parent: 'a' });
      assert.deepEqual(await take(events), { records: [], millisBehindLatest: 0, continuation: undefined });
      assert.ok((await events.next()).done);
    });

    it('says where to start', async () => {
      server.addShard('a', 3);
      const { records } = await take(await subscribe({ type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: '1' }));
      assert.deepEqual(
        records.map(({ sequenceNumber }) => sequenceNumber),
        ['2'],
      );
      const start = () => server.calls.at(-1)!.input.StartingPosition;
      assert.deepEqual(start(), { Type: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: '1' });
      await subscribe({ type: 'AT_TIMESTAMP', time: 1_700_000_000_000 });
      assert.deepEqual(start(), { Type: 'AT_TIMESTAMP', Timestamp: 1_700_000_000 });
    });

    it('throws the errors of a refused subscription, of a running one, and of one that makes no sense', async () => {
      server.addShard('a', 1);
      server.refuse = () => 'ResourceInUseException';
      await assert.rejects(subscribe(), { name: 'ResourceInUseException' });
      server.refuse = () => undefined;
      const ends = [
        [{ exception: 'ResourceInUseException' }, { name: 'ResourceInUseException', message: 'it is over' }],
        [{ exception: 'KMSAccessDeniedException' }, { name: 'KMSAccessDeniedException' }],
        [{ bytes: Buffer.from('\0\0\0\x20garbage that is no message') }, Error],
      ] as const;
      for (const [how, expected] of ends) {
        const events = await subscribe();
        await take(events);
        const next = events.next();
        server.end(how);
        await assert.rejects(next, expected);
      }
    });

    it('ends well where the service ends it', async () => {
      server.addShard('a', 1);
      const events = await subscribe();
      await take(events);
      server.end('well');
      assert.ok((await events.next()).done);
    });

    it('ends, in one way or the other, where the connection breaks', async () => {
      server.addShard('a', 1);
      const events = await subscribe();
      await take(events);
      const end = events.next().then(
        ({ done }) => done,
        () => true,
      );
      server.end('cut');
      assert.ok(await end);
    });

    it('leaves what it is not asked for with the service', async () => {
      const count = 2000;
      server.addShard('a', count, 0, { padding: 20_000 });
      const events = await subscribe();
      await take(events);
      for (let written = -1; written !== server.written;) {
        written = server.written;
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
      assert.ok(server.written < 500, `${server.written} events were taken`);
      for (let n = 2; n < count; n += 2)
        assert.equal((await take(events)).records[0]!.sequenceNumber, String(n));
    });

    it('has connections for more shards than the SDK has sockets, and for other calls besides', async () => {
      server.addShard('a', 1);
      for (let shard = 0; shard < 55; shard++) await take(await subscribe());
      assert.equal(server.open, 55);
      assert.equal((await api.findConsumer('c', stop.signal))?.arn, 'arn of c');
    });

    it('closes its connection when it is aborted', async () => {
      server.addShard('a', 1);
      const events = await subscribe();
      await take(events);
      assert.equal(server.open, 1);
      stop.abort();
      await until(() => server.open === 0, 'the end of the connection');
    });
  });
}

const arn = 'arn:aws:kinesis:us-east-1:000000000000:stream/s';
