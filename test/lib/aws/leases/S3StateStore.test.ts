import assert from 'node:assert/strict';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import type { HeldLease } from '../../../../lib/aws/leases/HeldLease';
import { S3StateStore } from '../../../../lib/aws/leases/S3StateStore';
import type { ShardState } from '../../../../lib/aws/leases/ShardState';
import { FaultProxy } from '../../../../local/FaultProxy';
import { startS3, type LocalS3 } from '../../../../local/s3';

const { signal } = new AbortController();
const bytes = (text: string) => new TextEncoder().encode(text);
const textOf = (content: Uint8Array | undefined) => content && new TextDecoder().decode(content);

/** A lease of shard `shardId` after so many owners. */
function lease(epoch: number, state?: string, shardId = 'shard-0', worker = `worker-${epoch}`): HeldLease {
  return {
    shardId,
    worker,
    epoch,
    start: { position: { at: 'trim-horizon' }, state },
    inherited: [],
    signal,
    commit: () => Promise.resolve(),
  };
}

describe('S3StateStore', () => {
  let server: LocalS3;
  let client: S3Client;
  let proxy: FaultProxy;
  let buckets = 0;
  let bucket: string;
  let store: S3StateStore;

  before(async () => {
    server = await startS3();
  });
  beforeEach(async () => {
    proxy = await FaultProxy.start(server.endpoint);
    client = new S3Client({
      endpoint: proxy.endpoint,
      region: 'us-east-1',
      forcePathStyle: true,
      maxAttempts: 1,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    bucket = `bucket-${++buckets}`;
    await server.createBucket(bucket);
    store = storeOf('clicks');
  });
  afterEach(async () => {
    client.destroy();
    await proxy.close();
  });
  after(() => server.close());

  function storeOf(application: string, prefix = 'state'): S3StateStore {
    return new S3StateStore(() => Promise.resolve(client), { bucket, prefix, application });
  }

  async function keys(): Promise<string[]> {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
    return Contents.map(({ Key }) => Key!);
  }

  async function save(state: ShardState, body: string): Promise<string> {
    const pointer = await state.publish(bytes(body));
    await state.settle(pointer);
    return pointer;
  }

  it('gives the next owner what the lease points to', async () => {
    const first = await store.open(lease(3));
    assert.equal(first.saved, undefined);
    await first.put('model a', bytes('forest of a'));
    await first.put('model b', bytes(''));
    const pointer = await save(first, 'windows');
    const { saved, names } = await store.open(lease(7, pointer));
    assert.equal(textOf(saved!.body), 'windows');
    assert.deepEqual(
      [saved!.names, names],
      [
        ['model a', 'model b'],
        ['model a', 'model b'],
      ],
    );
    assert.equal(textOf(await saved!.read('model a', signal)), 'forest of a');
    assert.equal(textOf(await saved!.read('model b', signal)), '');
  });

  it('puts everything under the prefix, the application and the shard, and every time under another key', async () => {
    const one = await store.open(lease(3));
    const other = await store.open(lease(4));
    for (const state of [one, other]) {
      await state.put('model', bytes('x'));
      await state.publish(bytes('y'));
    }
    await storeOf('a b/c', '')
      .open(lease(1))
      .then((state) => state.publish(bytes('z')));
    assert.deepEqual((await keys()).sort(), [
      'a%20b%2Fc/shard-0/000000000001-worker-1/0',
      'state/clicks/shard-0/000000000003-worker-3/0',
      'state/clicks/shard-0/000000000003-worker-3/1',
      'state/clicks/shard-0/000000000004-worker-4/0',
      'state/clicks/shard-0/000000000004-worker-4/1',
    ]);
  });

  it('keeps what the last commit needs until a newer one is settled, and nothing longer', async () => {
    const state = await store.open(lease(1));
    await state.put('changes', bytes('1'));
    await state.put('stays', bytes('1'));
    const first = await save(state, 'one');
    await state.put('changes', bytes('2'));
    const second = await state.publish(bytes('two'));
    const before = await store.read(first, signal);
    assert.equal(textOf(await before.read('changes', signal)), '1');
    await state.settle(second);
    const after = await store.read(second, signal);
    assert.deepEqual(
      [textOf(await after.read('changes', signal)), textOf(await after.read('stays', signal))],
      ['2', '1'],
    );
    assert.equal((await keys()).length, 3);
    state.remove('stays');
    await save(state, 'three');
    assert.equal((await keys()).length, 2);
  });

  it('deletes the manifests of commits that failed, and what only they needed', async () => {
    const state = await store.open(lease(1));
    await state.put('model', bytes('1'));
    await state.publish(bytes('failed'));
    await state.put('model', bytes('2'));
    await save(state, 'done');
    assert.equal((await keys()).length, 2);
  });

  it('leaves alone what is being uploaded for the next commit', async () => {
    const state = await store.open(lease(1));
    const pointer = await state.publish(bytes('one'));
    proxy.inject({ kind: 'delay', ms: 100 }, { when: ({ body }) => body.includes('for the next') });
    const uploading = state.put('model', bytes('for the next'));
    await state.settle(pointer);
    await uploading;
    assert.deepEqual(
      proxy.requests.filter(({ body }) => body.includes('<Delete')),
      [],
    );
    await state.settle(pointer);
    const next = await store.read(await save(state, 'two'), signal);
    assert.equal(textOf(await next.read('model', signal)), 'for the next');
  });

  it('loses nothing, whatever is put, published, settled and given up in whatever order', async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('put' as const), name: fc.constantFrom('a', 'b'), text: fc.string() }),
      fc.record({ do: fc.constant('remove' as const), name: fc.constantFrom('a', 'b') }),
      fc.constantFrom({ do: 'commit' as const }, { do: 'fail' as const }, { do: 'next owner' as const }),
    );
    let shard = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const shardId = `shard-${++shard}`;
        let epoch = 1;
        let state = await store.open(lease(epoch, undefined, shardId));
        let now: Record<string, string> = {};
        let committed: { pointer: string; objects: Record<string, string> } | undefined;
        for (const one of steps) {
          if (one.do === 'put') {
            await state.put(one.name, bytes(one.text));
            now = { ...now, [one.name]: one.text };
          } else if (one.do === 'remove') {
            state.remove(one.name);
            now = Object.fromEntries(Object.entries(now).filter(([name]) => name !== one.name));
          } else if (one.do === 'next owner') {
            state = await store.open(lease(++epoch, committed?.pointer, shardId));
            await state.clean();
            now = { ...committed?.objects };
          } else {
            const pointer = await state.publish(bytes(JSON.stringify(now)));
            if (one.do === 'fail') continue;
            committed = { pointer, objects: now };
            await state.settle(pointer);
          }
          if (!committed) continue;
          const saved = await store.read(committed.pointer, signal);
          assert.deepEqual(JSON.parse(textOf(saved.body)!), committed.objects);
          for (const [name, text] of Object.entries(committed.objects)) {
            assert.equal(textOf(await saved.read(name, signal)), text);
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  it('cleans away what owners before uploaded and never committed, but not what comes after', async () => {
    const first = await store.open(lease(1));
    await first.put('model', bytes('kept'));
    const pointer = await save(first, 'committed');
    const crashed = await store.open(lease(2, pointer));
    await crashed.put('model', bytes('void'));
    await crashed.publish(bytes('void'));
    const next = await store.open(lease(4, pointer));
    const later = await store.open(lease(5, pointer));
    await later.put('model', bytes('newer'));
    await next.clean();
    const saved = await store.read(pointer, signal);
    assert.equal(textOf(await saved.read('model', signal)), 'kept');
    assert.deepEqual(
      (await keys()).filter((key) => !key.includes('000000000001-')),
      ['state/clicks/shard-0/000000000005-worker-5/0'],
    );
  });

  it('says what is wrong with state that is not there or damaged', async () => {
    const state = await store.open(lease(1));
    await state.put('model', bytes('forest'));
    const pointer = await save(state, 'body');
    const saved = await store.read(pointer, signal);
    const where = `s3://${bucket}/state/clicks/`;
    const put = (Key: string, Body: Uint8Array | string) =>
      client.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
    const advice = /Restore it, or choose another application name to begin anew\.$/;

    await put('state/clicks/shard-0/000000000001-worker-1/0', 'tseref');
    await assert.rejects(saved.read('model', signal), ({ name, message }: Error) => {
      assert.equal(name, 'StateError');
      assert.ok(
        message.startsWith(`the state in ${where}shard-0/000000000001-worker-1/0 is damaged`),
        message,
      );
      return advice.test(message);
    });
    const sealed = await client.send(
      new GetObjectCommand({ Bucket: bucket, Key: `state/clicks/${pointer}` }),
    );
    const content = await sealed.Body!.transformToByteArray();
    content[content.length - 1]! ^= 1;
    await put(`state/clicks/${pointer}`, content);
    await assert.rejects(store.open(lease(2, pointer)), /checksum of its body is wrong/);
    await put(`state/clicks/${pointer}`, 'something else');
    await assert.rejects(store.open(lease(2, pointer)), /it does not begin as a streamcut-state does/);
    await assert.rejects(
      store.open(lease(2, 'shard-0/gone')),
      new RegExp(`^StateError: the state in ${where}shard-0/gone is not there\\.`),
    );
  });

  it('tells of an upload that failed, and publishes nothing of it', async () => {
    const state = await store.open(lease(1));
    await state.put('model', bytes('1'));
    proxy.inject({ kind: 'status', status: 503 });
    await assert.rejects(state.put('model', bytes('2')));
    const saved = await store.read(await save(state, 'body'), signal);
    assert.equal(textOf(await saved.read('model', signal)), '1');
  });

  it('deletes all of a shard whose lease is removed, and of that shard alone', async () => {
    for (const shardId of ['shard-1', 'shard-10']) {
      await save(await store.open(lease(1, undefined, shardId)), 'body');
    }
    await store.remove('shard-1', signal);
    assert.deepEqual(await keys(), ['state/clicks/shard-10/000000000001-worker-1/0']);
  });

  it('finds and deletes more objects than one request shows', async () => {
    const folder = `${server.endpoint}/${bucket}/state/clicks/shard-0`;
    for (let from = 0; from < 1050; from += 50) {
      const some = Array.from({ length: 50 }, (_, index) => `${folder}/${from + index}`);
      await Promise.all(some.map((url) => fetch(url, { method: 'PUT', body: 'x' })));
    }
    await store.remove('shard-0', signal);
    assert.deepEqual(await keys(), []);
  });
});
