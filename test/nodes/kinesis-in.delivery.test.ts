import assert from 'node:assert/strict';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import helper from 'node-red-node-test-helper';
import { StateJournal } from '../../lib/delivery/checkpoint/StateJournal';
import { numbered } from '../helpers/kinesis';
import { numbers, originOf, statuses, useKinesisIn, warnings } from '../helpers/kinesisIn';
import { hooks, loggedErrors } from '../helpers/nodeRed';
import { packed } from '../helpers/packed';
import { forgetful, keptCount, slow } from '../helpers/receivers';
import { until } from '../helpers/until';

describe('kinesis-in: delivery', () => {
  const node = useKinesisIn();
  const { kinesis } = node;

  describe('positions', () => {
    it('resume after a restart: nothing lost, nothing twice when all was done', async () => {
      await kinesis.create(2);
      await kinesis.put(numbered(40, 8));
      const first = await node.deploy();
      await first.received(40);
      await helper.unload();
      await kinesis.put(numbered(40, 8, 40));
      const second = await node.deploy();
      const after = numbers(await second.received(40));
      assert.deepEqual(
        after.sort((a, b) => a - b),
        Array.from({ length: 40 }, (_, n) => 40 + n),
      );
    });

    it('resume in the middle of a packed record', async () => {
      await kinesis.create();
      await kinesis.put([{ key: 'a', data: await packed(numbered(6)) }]);
      // The node takes the first four and never finishes with the fifth.
      const first = await node.deploy({ wires: [['to-holder']], maxInFlight: 5 });
      await first.received(4);
      await until(
        () =>
          Object.values(node.positions()).some((one) =>
            JSON.stringify(one).includes('"subSequenceNumber":3'),
          ),
        'the fourth record done',
      );
      await helper.unload();
      const second = await node.deploy();
      assert.deepEqual(numbers(await second.received(2)), [4, 5]);
    });

    it('give records again that the flow had not finished when it was stopped', async () => {
      await kinesis.create();
      await kinesis.put(numbered(10));
      await node.deploy({ wires: [['to-silent']], maxInFlight: 4 });
      await until(() => keptCount() === 4, 'the first messages');
      await helper.unload();
      const second = await node.deploy();
      assert.deepEqual(numbers(await second.received(10)), [...Array(10).keys()]);
    });

    it('belong to an application: another name starts anew, the old one resumes', async () => {
      await kinesis.create();
      await kinesis.put(numbered(3));
      const a = await node.deploy({ application: 'a' });
      await node.positionIs(originOf((await a.received(3))[2]!).sequenceNumber);
      await helper.unload();
      const b = await node.deploy({ application: 'b' });
      await b.received(3);
      await helper.unload();
      await kinesis.put(numbered(1, 1, 3));
      const again = await node.deploy({ application: 'a' });
      assert.deepEqual(numbers(await again.received(1)), [3]);
    });

    it('that are damaged stop the node with a message that says what to do', async () => {
      await kinesis.create();
      await kinesis.put(numbered(3));
      const first = await node.deploy();
      await node.positionIs(originOf((await first.received(3))[2]!).sequenceNumber);
      await helper.unload();
      const [file] = await readdir(node.stateFolder());
      const journal = path.join(node.stateFolder(), file!);
      const bytes = await readFile(journal);
      bytes[bytes.indexOf('"sequenceNumber"')]! ^= 1;
      await writeFile(journal, bytes);
      const second = await node.deploy();
      await until(() => loggedErrors().length > 0, 'an error');
      assert.match(
        loggedErrors()[0]!,
        /^kinesis-in: the saved state in .*journal.* is damaged.*delete the folder/,
      );
      assert.ok(
        statuses(second).some(({ fill, text }) => fill === 'red' && text === 'kinesis-in.status.unreadable'),
      );
      assert.equal(second.outputs[0]!.length, 0);
    });

    it('that the stream does not know start at its oldest record, with a warning', async () => {
      await kinesis.create();
      await kinesis.put(numbered(3));
      const first = await node.deploy();
      await node.positionIs(originOf((await first.received(3))[2]!).sequenceNumber);
      await helper.unload();
      await moveTo(node.stateFolder(), { at: 'after', sequenceNumber: '123' });
      const second = await node.deploy();
      assert.deepEqual(numbers(await second.received(3)), [0, 1, 2]);
      assert.ok(warnings(second).includes('kinesis-in.warning.position-refused'));
    });
  });

  describe('in flight', () => {
    it('never has more unfinished records than it may, and waits for a slow flow', async () => {
      await kinesis.create(2);
      await kinesis.put(numbered(40, 9));
      slow.running = slow.most = 0;
      const bench = await node.deploy({ wires: [['to-slow']], maxInFlight: 3 });
      await bench.received(40);
      assert.equal(slow.most, 3);
      assert.equal(new Set(numbers(bench.outputs[0]!)).size, 40);
    });

    it('counts a message that goes two ways as done when both are', async () => {
      await kinesis.create();
      await kinesis.put(numbered(2));
      const bench = await node.deploy({ wires: [['out0', 'to-silent']] });
      await bench.received(2);
      // Both have been received, one of two ways is not finished, and some saves have gone by.
      await new Promise((resolve) => setTimeout(resolve, 300));
      assert.ok(!Object.values(node.positions()).some(({ at }) => at === 'after'));
    });

    for (const [what, wires] of [
      ['with nothing wired to it', []],
      ['whose nodes do not take done', ['to-no-done']],
      ['whose nodes take done', ['to-slow']],
      ['whose wire leads to a node that is not there', ['nobody']],
    ] as const) {
      it(`moves the position in a flow ${what}`, async () => {
        await kinesis.create();
        const last = await kinesis.put(numbered(5));
        await node.deploy({ wires: [wires], maxInFlight: 2 });
        await node.positionIs(last);
        await helper.unload();
        const after = await node.deploy();
        await kinesis.put(numbered(1, 1, 5));
        assert.deepEqual(numbers(await after.received(1)), [5]);
      });
    }

    it('gives up on a node that never says done, and names it in a warning', async () => {
      await kinesis.create();
      await kinesis.put(numbered(4));
      const bench = await node.deploy({ wires: [['to-silent', 'out0']], maxInFlight: 2, maxHold: 200 });
      await bench.received(4);
      assert.deepEqual(warnings(bench), ['kinesis-in.warning.held']);
    });

    it('gives again what a node had when a deploy stopped it, in order', async () => {
      await kinesis.create();
      await kinesis.put(numbered(10));
      const bench = await node.deploy({ wires: [['to-holder']], maxInFlight: 3 });
      // Four are done; three more have come and are never finished.
      await bench.received(7);
      await replaceWithSlow('to-holder');
      await bench.until(() => bench.outputs[0]!.length >= 13);
      assert.deepEqual(numbers(bench.outputs[0]!), [0, 1, 2, 3, 4, 5, 6, 4, 5, 6, 7, 8, 9]);
    });

    it('gives again what a node says done for only because a deploy stops it', async () => {
      await kinesis.create();
      await kinesis.put(numbered(6));
      const bench = await node.deploy({ wires: [['to-forgetful']], maxInFlight: 3 });
      await until(() => forgetful.kept === 3, 'the first messages');
      await replaceWithSlow('to-forgetful');
      await bench.until(() => bench.outputs[0]!.length >= 6);
      assert.deepEqual(numbers(bench.outputs[0]!), [0, 1, 2, 3, 4, 5]);
    });

    it('counts a record that failed as done once the Catch nodes have it', async () => {
      await kinesis.create();
      await kinesis.put([...numbered(2), { key: 'a', data: 'bad' }]);
      const bench = await node.deploy();
      const [failure] = await bench.failed(1);
      await node.positionIs(originOf(failure!.msg).sequenceNumber);
    });

    it('leaves no hook behind when the last node is gone', async () => {
      await kinesis.create();
      const bench = await node.deploy();
      assert.ok(hooks.has('preDeliver.streamcut-delivery'));
      assert.ok(bench.node);
      await helper.unload();
      assert.ok(!hooks.has('preDeliver.streamcut-delivery'));
      assert.ok(!hooks.has('onComplete.streamcut-delivery'));
    });
  });
});

/** Changes the saved position of every shard. */
async function moveTo(folder: string, position: object): Promise<void> {
  const journal = StateJournal.open(folder);
  const { parts, version } = journal.table.partsOf('node', 'kinesis-in');
  const changes = [...parts].map(([part, { base }]) => {
    const saved = JSON.parse(Buffer.from(base!).toString('utf8')) as { shards: object };
    const shards = Object.fromEntries(Object.keys(saved.shards).map((id) => [id, position]));
    return { part, put: Buffer.from(JSON.stringify({ ...saved, shards })) };
  });
  await journal.append([{ node: 'node', type: 'kinesis-in', version: version!, changes }]);
  await journal.close();
}

/** Deploys another type of node in the place of one, and leaves the others running. */
async function replaceWithSlow(id: string): Promise<void> {
  const flow = (helper as unknown as { _redNodes: { getFlows(): { flows: { id: string }[] } } })._redNodes
    .getFlows()
    .flows.map((node) => (node.id === id ? { ...node, type: 'slow' } : node));
  await helper.setFlows(flow as never, 'nodes');
}
