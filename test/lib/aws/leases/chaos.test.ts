/** Workers that do nothing but count, one number a commit, while their network fails and they come and go. */
import assert from 'node:assert/strict';
import { LeaseLostError, type HeldLease } from '../../../../lib/aws/leases/HeldLease';
import type { Progress } from '../../../../lib/aws/leases/Lease';
import { Random } from '../../../../lib/simulation/Random';
import type { Fault } from '../../../../local/faults';
import { until } from '../../../helpers/until';
import type { Shard } from '../../../../lib/aws/kinesis/records';
import { openShards, stream, useLeases, type Worker } from './Worker';

const shards = stream(openShards(5));

function numberOf({ position }: Progress): number {
  return position.at === 'after' ? Number(position.sequenceNumber) : 0;
}

describe('leases under faults', function () {
  const leases = useLeases();

  /** What each commit that was acknowledged went on from, and what it wrote, by shard. */
  const commits = new Map<string, [from: number, to: number][]>();

  async function count(lease: HeldLease, random: Random): Promise<void> {
    let done = numberOf(lease.start);
    const state = () => `state of ${done}`;
    assert.equal(lease.start.state, done === 0 ? undefined : state());
    while (!lease.signal.aborted) {
      const from = done++;
      try {
        await lease.commit({ position: { at: 'after', sequenceNumber: String(done) }, state: state() });
      } catch (error) {
        assert.ok(error instanceof LeaseLostError, String(error));
        return;
      }
      commits.set(lease.shardId, [...(commits.get(lease.shardId) ?? []), [from, done]]);
      await new Promise((resolve) => setTimeout(resolve, random.next() * 20));
    }
  }

  it('go on, each shard from its last commit and by one worker at a time', async function () {
    this.timeout(60_000);
    const random = new Random(11);
    const counting: Promise<void>[] = [];
    const join = async (): Promise<Worker> => {
      const worker = await leases.worker();
      worker.begin = (lease) => void counting.push(count(lease, random));
      return worker.start(shards);
    };
    const alive = [await join(), await join(), await join()];
    const faults: Fault[] = [
      { kind: 'drop', moment: 'before' },
      { kind: 'drop', moment: 'after' },
      { kind: 'delay', ms: 150 },
      { kind: 'throttle' },
      { kind: 'status', status: 500 },
    ];
    for (let round = 0; round < 12; round++) {
      const at = Math.floor(random.next() * alive.length);
      const { proxy } = alive[at]!;
      if (round % 4 === 3) {
        alive[at]!.crash();
        alive[at] = await join();
      } else {
        proxy.inject(faults[Math.floor(random.next() * faults.length)]!, { times: 5 + random.next() * 20 });
      }
      await new Promise((resolve) => setTimeout(resolve, 400));
    }
    for (const { proxy } of alive) proxy.heal();
    const before = new Map([...commits].map(([id, history]) => [id, history.length]));
    const goesOn = ({ id }: Shard) => (commits.get(id)?.length ?? 0) > (before.get(id) ?? 0);
    await until(() => shards.shards.every(goesOn), 'all shards to go on');
    await Promise.all(alive.map((worker) => worker.stop()));
    await Promise.all(counting);

    assert.deepEqual(leases.witness.overlaps, []);
    for (const { id } of shards.shards) {
      const history = commits.get(id) ?? [];
      const row = await leases.row(id);
      history.push([Number(row.checkpoint!.S), Number(row.checkpoint!.S)]);
      assert.equal(row.streamcutState!.S, `state of ${row.checkpoint!.S}`);
      let unheard = 0;
      let last = 0;
      for (const [from, to] of history) {
        assert.ok(from >= last, `${id} went on from ${from} although ${last} was committed`);
        unheard += from - last;
        last = to;
      }
      // A worker can lose its lease before it hears that its last commit was done.
      const owners = leases.workers.flatMap(({ granted }) => granted.filter(({ shardId }) => shardId === id));
      assert.ok(unheard <= owners.length, `${id}: ${unheard} numbers appeared from nowhere`);
    }
  });
});
