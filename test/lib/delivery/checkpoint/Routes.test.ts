import assert from 'node:assert/strict';
import type { PartChange, SavedPart } from '../../../../lib/delivery/checkpoint/Keeping';
import { Routes } from '../../../../lib/delivery/checkpoint/Routes';
import type { RecordInMessage } from '../../../../lib/records/messageProperty';

const bytes = Buffer.from('x');
const put = (part: string): PartChange => ({ part, put: bytes });
const append = (part: string): PartChange => ({ part, append: bytes });
const remove = (part: string): PartChange => ({ part, remove: true });

function record(partitionKey?: string): RecordInMessage {
  const kinesis = { stream: 'clicks', shardId: 'shard-0', partitionKey };
  return { msg: { payload: 1, kinesis }, record: 1, index: -1 };
}

/** The routes that changes have, by part. */
function routesIn(changes: readonly PartChange[]): unknown {
  return changes.map((change) => [change.part, 'route' in change ? change.route : undefined]);
}

describe('routes of parts', () => {
  it('are the partition keys of the latest records that each part is about', () => {
    const routes = new Routes('clicks/shard-0');
    routes.note('a', record('old'));
    routes.note('a', record('new'));
    routes.note('b', record('other'));
    assert.equal(routes.of('a'), 'new');
    assert.deepEqual(routesIn(routes.addTo([put('a'), append('b'), put('time')])), [
      ['a', 'new'],
      ['b', 'other'],
      ['time', undefined],
    ]);
  });

  it('come of the right record of a batch', () => {
    const routes = new Routes('clicks/shard-0');
    const kinesis = ['first', 'second'].map((partitionKey) => ({ shardId: 'shard-0', partitionKey }));
    routes.note('a', { msg: { payload: [1, 2], kinesis }, record: 2, index: 1 });
    assert.equal(routes.of('a'), 'second');
  });

  it('stay with a part that changes again without a record, as when a window closes', () => {
    const routes = new Routes('clicks/shard-0');
    routes.note('a', record('key'));
    routes.addTo([put('a')]);
    assert.deepEqual(routesIn(routes.addTo([put('a')])), [['a', 'key']]);
  });

  it('go with the part: one that is made again is about nobody', () => {
    const routes = new Routes('clicks/shard-0');
    routes.note('a', record('key'));
    routes.addTo([put('a')]);
    routes.addTo([remove('a')]);
    assert.deepEqual(routesIn(routes.addTo([put('a')])), [['a', undefined]]);
  });

  it('of parts that were never changed are not remembered', () => {
    const routes = new Routes('clicks/shard-0');
    routes.note('a', record('key'));
    routes.addTo([put('b')]);
    assert.equal(routes.of('a'), undefined);
  });

  it('go on from what was saved, and from that alone', () => {
    const routes = new Routes('clicks/shard-0');
    routes.note('a', record('key'));
    routes.note('b', record('key'));
    routes.addTo([put('a')]);
    const saved: SavedPart = { base: bytes, appended: [], route: 'saved' };
    routes.restore(new Map([['c', saved]]));
    assert.deepEqual(
      ['a', 'b', 'c'].map((part) => routes.of(part)),
      [undefined, undefined, 'saved'],
    );
  });

  it('are no matter where state stays on one instance, nor for messages without a partition key', () => {
    const own = new Routes('');
    own.note('a', record('key'));
    assert.deepEqual(own.addTo([put('a')]), [put('a')]);
    const shared = new Routes('clicks/shard-0');
    shared.note('a', record());
    assert.deepEqual(shared.addTo([put('a')]), [put('a')]);
  });
});
