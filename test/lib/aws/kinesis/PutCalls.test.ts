import assert from 'node:assert/strict';
import fc from 'fast-check';
import { PutCalls, type Sendable } from '../../../../lib/aws/kinesis/PutCalls';
import type { PutRecords } from '../../../../lib/aws/kinesis/putRecords';

const stored = { shardId: 'shard', sequenceNumber: '1' };
const named = (name: string, status?: number) =>
  Object.assign(new Error('on command'), {
    name,
    ...(status === undefined ? {} : { $metadata: { httpStatusCode: status } }),
  });
const invalid = named('ValidationException', 400);

const batchOf = (...keys: readonly string[]): Sendable[] =>
  keys.map((partitionKey) => ({ entry: { partitionKey, data: new Uint8Array(1) }, arrived: 0 }));

function callsOf(putRecords: PutRecords, stopped = new AbortController().signal): PutCalls {
  return new PutCalls(putRecords, 60_000, () => 0, stopped);
}

describe('calls of PutRecords', () => {
  it('say of each record by its place whether it was stored', async () => {
    const calls = callsOf(() =>
      Promise.resolve([stored, { errorCode: 'InternalFailure', errorMessage: '' }, stored]),
    );
    assert.deepEqual(await calls.send(batchOf('a', 'b', 'c')), [
      { accepted: stored },
      'again',
      { accepted: stored },
    ]);
    assert.equal(calls.trouble, 'InternalFailure');
  });

  it('refuse just those records that the service takes for invalid, wherever they stand', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 20 }), async (valid) => {
        const calls = callsOf((entries) =>
          entries.every(({ partitionKey }) => partitionKey === 'true')
            ? Promise.resolve(entries.map(() => stored))
            : Promise.reject(invalid),
        );
        assert.deepEqual(
          await calls.send(batchOf(...valid.map(String))),
          valid.map((each) => (each ? { accepted: stored } : { refused: invalid })),
        );
      }),
    );
  });

  it('refuse all records at once for what is not about one of them', async () => {
    const denied = named('AccessDeniedException', 400);
    let count = 0;
    const calls = callsOf(() => Promise.reject((count++, denied)));
    assert.deepEqual(await calls.send(batchOf('a', 'b')), [{ refused: denied }, { refused: denied }]);
    assert.equal(count, 1);
  });

  it('count an answer that leaves records out for none, and keep what the service said last', async () => {
    const answers = [() => Promise.reject(named('ServiceUnavailable', 503)), () => Promise.resolve([stored])];
    const calls = callsOf(() => answers.shift()!());
    assert.deepEqual(await calls.send(batchOf('a', 'b')), ['again', 'again']);
    assert.deepEqual(await calls.send(batchOf('a', 'b')), ['again', 'again']);
    assert.equal(calls.trouble, 'ServiceUnavailable');
  });

  it('make no more of a batch that was halved once nothing is waited for any more', async () => {
    const stop = new AbortController();
    const calls = callsOf((entries, signal) => {
      if (entries.length > 1) return Promise.reject(invalid);
      if (signal.aborted) return Promise.reject(named('AbortError'));
      stop.abort();
      return Promise.resolve([stored]);
    }, stop.signal);
    assert.deepEqual(await calls.send(batchOf('a', 'b')), [{ accepted: stored }, 'again']);
  });
});
