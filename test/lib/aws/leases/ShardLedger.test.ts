import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { hashKeyOf } from '../../../../lib/aws/kinesis/deaggregate';
import type { HashRange } from '../../../../lib/aws/kinesis/records';
import type { HeldLease, Inheritance } from '../../../../lib/aws/leases/HeldLease';
import type { Progress } from '../../../../lib/aws/leases/Lease';
import { S3StateStore } from '../../../../lib/aws/leases/S3StateStore';
import { positionPart, ShardLedger } from '../../../../lib/aws/leases/ShardLedger';
import { BlobFolder } from '../../../../lib/delivery/checkpoint/BlobFolder';
import type { PartChange } from '../../../../lib/delivery/checkpoint/Keeping';
import type { NodeChanges } from '../../../../lib/delivery/checkpoint/StateTable';
import { startS3, type LocalS3 } from '../../../../local/s3';

const bucket = 'states';
const whole: HashRange = { start: 0n, end: 2n ** 128n - 1n };
const middle = 2n ** 127n;
const left: HashRange = { start: 0n, end: middle - 1n };
const right: HashRange = { start: middle, end: whole.end };
/** Partition keys whose hashes lie in the left half and in the right one. */
const [leftKey, rightKey] = [left, right].map(({ start, end }) => {
  const lies = (key: string) => hashKeyOf(key) >= start && hashKeyOf(key) <= end;
  return Array.from({ length: 100 }, (_, number) => `key ${number}`).find(lies)!;
}) as [string, string];

/** A lease whose row is in memory. */
class Lease implements HeldLease {
  readonly worker: string;
  readonly signal = new AbortController().signal;
  committed: Progress;
  refusing: Error | undefined;

  constructor(
    readonly shardId: string,
    readonly epoch: number,
    readonly start: Progress = { position: { at: 'trim-horizon' }, state: undefined },
    readonly inherited: readonly Inheritance[] = [],
  ) {
    this.worker = `worker-${epoch}`;
    this.committed = start;
  }

  commit(progress: Progress): Promise<void> {
    if (this.refusing) return Promise.reject(this.refusing);
    this.committed = progress;
    return Promise.resolve();
  }

  /** What the next owner gets. */
  next(): Lease {
    return new Lease(this.shardId, this.epoch + 1, this.committed);
  }

  get inheritance(): Inheritance {
    return { shardId: this.shardId, state: this.committed.state! };
  }
}

function put(part: string, text: string, more: { blob?: string; route?: string } = {}): PartChange {
  return { part, put: Buffer.from(text), ...more };
}

function positionAt(sequenceNumber: string): NodeChanges {
  const changes = [put(positionPart, JSON.stringify({ at: 'after', sequenceNumber }))];
  return { node: 'in', type: 'kinesis-in', version: 1, changes };
}

function windows(...changes: PartChange[]): NodeChanges {
  return { node: 'windows', type: 'tumbling-window', version: 1, changes };
}

/** The parts that a ledger gives the windows: their texts by name. */
function textsIn(ledger: ShardLedger): Record<string, string> {
  const { parts } = ledger.table.partsOf('windows', 'tumbling-window');
  return Object.fromEntries([...parts].map(([name, { base }]) => [name, Buffer.from(base!).toString()]));
}

describe('ledger of a shard', () => {
  let server: LocalS3;
  let client: S3Client;
  let store: S3StateStore;
  let application: string;
  let applications = 0;
  let folder: string;

  before(async () => {
    server = await startS3();
    await server.createBucket(bucket);
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    client = new S3Client({
      endpoint: server.endpoint,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials,
    });
  });
  beforeEach(async () => {
    application = `app-${++applications}`;
    store = new S3StateStore(() => Promise.resolve(client), { bucket, prefix: '', application });
    folder = await mkdtemp(path.join(tmpdir(), 'streamcut-ledger-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  after(async () => {
    client.destroy();
    await server.close();
  });

  const open = (lease: Lease, ranges: Record<string, HashRange> = {}, onEnd: () => void = () => undefined) =>
    ShardLedger.open(store, lease, 'in', (shardId) => ranges[shardId], onEnd);

  async function keys(): Promise<string[]> {
    const listed = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: `${application}/` }));
    return (listed.Contents ?? []).map(({ Key }) => Key!);
  }

  it('moves position and state together, and gives both to the next owner', async () => {
    const lease = new Lease('shard', 1);
    const ledger = await open(lease);
    await ledger.commit([positionAt('5'), windows(put('a', '1'), put('b', '2'))]);
    await ledger.commit([positionAt('6'), windows({ part: 'a', remove: true }, put('c', '3'))]);
    assert.deepEqual(lease.committed.position, { at: 'after', sequenceNumber: '6' });
    assert.deepEqual(textsIn(await open(lease.next())), { b: '2', c: '3' });
  });

  it('stays at its position when a checkpoint says nothing of it', async () => {
    const lease = new Lease('shard', 1);
    const ledger = await open(lease);
    await ledger.commit([positionAt('5')]);
    await ledger.commit([windows(put('a', '1'))]);
    assert.deepEqual(lease.committed.position, { at: 'after', sequenceNumber: '5' });
  });

  it('is as before when the lease does not take a commit', async () => {
    const lease = new Lease('shard', 1);
    const ledger = await open(lease);
    await ledger.commit([positionAt('5'), windows(put('a', '1'))]);
    lease.refusing = new Error('no right');
    await assert.rejects(ledger.commit([positionAt('6'), windows(put('a', '2'))]), /no right/);
    assert.deepEqual(textsIn(ledger), { a: '1' });
    assert.deepEqual(textsIn(await open(lease.next())), { a: '1' });
    lease.refusing = undefined;
    await ledger.commit([positionAt('6'), windows(put('a', '2'))]);
    assert.deepEqual(textsIn(await open(lease.next())), { a: '2' });
  });

  it('tells when the end of the shard is committed', async () => {
    let ends = 0;
    const ledger = await open(new Lease('shard', 1), {}, () => ends++);
    await ledger.commit([positionAt('5')]);
    assert.equal(ends, 0);
    const end = put(positionPart, JSON.stringify({ at: 'end' }));
    await ledger.commit([{ node: 'in', type: 'kinesis-in', version: 1, changes: [end] }]);
    assert.equal(ends, 1);
  });

  it('brings the files that parts refer to', async () => {
    const here = new BlobFolder(path.join(folder, 'here'));
    const there = new BlobFolder(path.join(folder, 'there'));
    const lease = new Lease('shard', 1);
    const ledger = await open(lease);
    ledger.attach(() => here);
    here.write('model', Buffer.from('forest'));
    await ledger.commit([positionAt('5'), windows(put('a', '1', { blob: 'model' }))]);
    const next = await open(lease.next());
    next.attach(() => there);
    assert.equal(Buffer.from(there.read('model')).toString(), 'forest');
  });

  it('deletes what owners before have uploaded and never committed, with its first commit', async () => {
    const lease = new Lease('shard', 1);
    const first = await open(lease);
    await first.commit([positionAt('5'), windows(put('a', '1'))]);
    const crashed = lease.next();
    crashed.refusing = new Error('died before it could');
    await assert.rejects((await open(crashed)).commit([windows(put('a', 'void'))]));
    assert.equal((await keys()).length, 2);
    const heir = new Lease('shard', 3, lease.committed);
    const next = await open(heir);
    assert.equal((await keys()).length, 2, 'something was deleted before there was a newer commit');
    await next.commit([windows(put('a', '2'))]);
    assert.deepEqual(await keys(), [`${application}/${heir.committed.state}`]);
    await next.commit([windows(put('a', '3'))]);
    assert.deepEqual(await keys(), [`${application}/${heir.committed.state}`]);
  });

  describe('of a child', () => {
    const ranges = { parent: whole, left, right };
    const parentWith = async (shardId: string, ...changes: PartChange[]): Promise<Inheritance> => {
      const lease = new Lease(shardId, 1);
      const ledger = await open(lease);
      const blobs = new BlobFolder(path.join(folder, shardId));
      ledger.attach(() => blobs);
      for (const change of changes) {
        if ('put' in change && change.blob) blobs.write(change.blob, Buffer.from(`file of ${change.part}`));
      }
      await ledger.commit([positionAt('9'), windows(...changes)]);
      return lease.inheritance;
    };
    const child = (shardId: string, ...inherited: Inheritance[]) =>
      open(new Lease(shardId, 1, undefined, inherited), ranges);

    it('has what is about its own keys, what is about none, and not the position of the parent', async () => {
      const parent = await parentWith(
        'parent',
        put('l', '1', { route: leftKey }),
        put('r', '2', { route: rightKey }),
        put('time', '3'),
      );
      assert.deepEqual(textsIn(await child('left', parent)), { l: '1', time: '3' });
      const ledger = await child('right', parent);
      assert.deepEqual(textsIn(ledger), { r: '2', time: '3' });
      assert.equal(ledger.table.partsOf('in', 'kinesis-in').parts.size, 0);
    });

    it('has also what cannot have come to the parent by its key', async () => {
      const parent = await parentWith('left', put('explicit', '1', { route: rightKey }));
      const quarter: HashRange = { start: 0n, end: middle / 2n };
      const lease = new Lease('quarter', 1, undefined, [parent]);
      const ledger = await open(lease, { ...ranges, quarter });
      assert.deepEqual(textsIn(ledger), { explicit: '1' });
    });

    it('has the state of all parents that were merged, and their files, and keeps both', async () => {
      const parents = [
        await parentWith('left', put('l', '1', { route: leftKey, blob: 'l' }), put('time', 'early')),
        await parentWith('right', put('r', '2', { route: rightKey, blob: 'r' }), put('time', 'late')),
      ];
      const lease = new Lease('parent', 1, undefined, parents);
      const ledger = await open(lease, ranges);
      const { parts } = ledger.table.partsOf('windows', 'tumbling-window');
      const times = [parts.get('time')!, ...(parts.get('time')!.joined ?? [])];
      assert.deepEqual(
        times.map(({ base }) => Buffer.from(base!).toString()),
        ['early', 'late'],
      );
      const blobs = new BlobFolder(path.join(folder, 'merged'));
      ledger.attach(() => blobs);
      await ledger.commit([positionAt('1'), windows(put('time', 'both'))]);
      const later = new BlobFolder(path.join(folder, 'later'));
      const next = await open(lease.next());
      next.attach(() => later);
      assert.deepEqual(textsIn(next), { l: '1', time: 'both', r: '2' });
      assert.deepEqual(later.names().sort(), ['l', 'r']);
      assert.equal(Buffer.from(later.read('r')).toString(), 'file of r');
    });

    it('is refused, with the place, when the state of a parent is damaged', async () => {
      const parent = await parentWith('parent', put('a', '1'));
      const Key = `${application}/${parent.state}`;
      await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'something else' }));
      await assert.rejects(child('left', parent), {
        name: 'StateError',
        message: new RegExp(`^the state in s3://${bucket}/${Key} cannot be used: `),
      });
    });
  });
});
