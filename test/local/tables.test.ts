import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { ListTablesCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startDynamoDb } from '../../local/dynamodb';
import { startS3 } from '../../local/s3';

describe('local DynamoDB and S3', () => {
  it('listen on loopback, and answer no more when they are closed', async () => {
    const [dynamodb, s3] = await Promise.all([startDynamoDb(), startS3()]);
    for (const { endpoint } of [dynamodb, s3]) assert.match(endpoint, /^http:\/\/127\.0\.0\.1:\d+$/);
    await s3.createBucket('state');
    assert.equal((await fetch(`${s3.endpoint}/state`)).status, 200);
    await Promise.all([dynamodb.close(), s3.close()]);
    for (const { endpoint } of [dynamodb, s3]) await assert.rejects(fetch(endpoint));
  });

  it('outlive a client that goes away in the middle of a request', async () => {
    const dynamodb = await startDynamoDb();
    const client = new DynamoDBClient({
      endpoint: dynamodb.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    const socket = connect(Number(new URL(dynamodb.endpoint).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write('POST / HTTP/1.1\r\nhost: local\r\ncontent-length: 100\r\n\r\n{');
    socket.resetAndDestroy();
    assert.deepEqual((await client.send(new ListTablesCommand({}))).TableNames, []);
    client.destroy();
    await dynamodb.close();
  });
});
