import assert from 'node:assert/strict';
import { Watermark } from '../../../lib/windows/Watermark';
import type { PartitionStatus, Silence } from '../../../lib/delivery/partitions';

const now = (steady: number, wall = 1e9) => ({ steady, wall });

describe('a watermark', () => {
  it('follows the newest record at the distance of the lateness and never goes back', () => {
    const watermark = new Watermark(100, 0, 0);
    assert.equal(watermark.at(now(0)), -Infinity);
    watermark.observe('', 1000, now(0));
    watermark.observe('', 500, now(1));
    assert.equal(watermark.at(now(1e6)), 900);
  });

  it('runs on with the clock from the newest record once nothing has come for the idle timeout', () => {
    const watermark = new Watermark(100, 50, 0);
    watermark.observe('', 1000, now(0));
    assert.equal(watermark.at(now(49)), 900);
    assert.equal(watermark.at(now(50)), 950);
    assert.equal(watermark.at(now(400)), 1300);
    watermark.observe('', 1100, now(401));
    assert.equal(watermark.at(now(402)), 1300);
  });

  it('measures silence by the steady clock, so that setting the wall clock changes nothing', () => {
    const watermark = new Watermark(0, 50, 0);
    watermark.observe('', 1000, now(0, 5000));
    assert.equal(watermark.at(now(10, 9_000_000)), 1000);
  });

  it('takes a time as too far ahead only when it is ahead of the clock and of its partition', () => {
    const watermark = new Watermark(0, 0, 100);
    assert.equal(watermark.isTooFarAhead('a', 1100, now(0, 1000)), false);
    assert.equal(watermark.isTooFarAhead('a', 1101, now(0, 1000)), true);
    watermark.observe('a', 1100, now(0, 1000));
    assert.equal(watermark.isTooFarAhead('a', 1200, now(0, 1000)), false);
    assert.equal(watermark.isTooFarAhead('a', 1201, now(0, 1000)), true);
    assert.equal(watermark.isTooFarAhead('b', 1200, now(0, 1000)), true);
  });

  it('takes any time when there is no limit', () => {
    assert.equal(new Watermark(0, 0, 0).isTooFarAhead('', 8e15, now(0, 0)), false);
  });

  describe('over several partitions', () => {
    it('is where the least of them is, and each has a mark of its own', () => {
      const watermark = new Watermark(10, 0, 0);
      watermark.observe('a', 1000, now(0));
      watermark.observe('b', 500, now(0));
      assert.equal(watermark.at(now(0)), 490);
      watermark.observe('b', 2000, now(1));
      assert.equal(watermark.at(now(1)), 990);
      assert.deepEqual([watermark.of('a'), watermark.of('b'), watermark.of('c')], [990, 1990, -Infinity]);
    });

    it('waits for a silent one until the idle timeout, and then only for the others', () => {
      const watermark = new Watermark(0, 50, 0);
      watermark.observe('a', 100, now(0));
      for (const time of [10, 20, 30, 40, 49]) watermark.observe('b', 1000 + time, now(time));
      assert.equal(watermark.at(now(49)), 100);
      assert.equal(watermark.at(now(50)), 1049);
      watermark.observe('a', 101, now(60));
      watermark.observe('b', 2000, now(60));
      assert.equal(watermark.at(now(60)), 1049);
    });

    it('waits for a silent one without end when there is no idle timeout', () => {
      const watermark = new Watermark(0, 0, 0);
      watermark.observe('a', 100, now(0));
      watermark.observe('b', 1000, now(1e9));
      assert.equal(watermark.at(now(2e9)), 100);
    });

    it('remembers no more of them than a stream can have', () => {
      const watermark = new Watermark(0, 0, 0);
      for (let i = 0; i < 5000; i++) watermark.observe(`shard ${i}`, i, now(0));
      assert.equal(watermark.state().partitions.length, 1000);
      assert.equal(watermark.of('shard 4999'), 4999);
    });
  });

  describe('whose source tells what it reads', () => {
    const listing = (partitions: Record<string, Partial<PartitionStatus>>) =>
      new Map(Object.entries(partitions).map(([name, status]) => [name, { silence: undefined, ...status }]));

    it('waits for a partition that has given no record yet', () => {
      const watermark = new Watermark(0, 50, 0, () => listing({ a: {}, b: {} }));
      watermark.observe('a', 1000, now(0));
      assert.equal(watermark.at(now(1e6)), -Infinity);
      watermark.observe('b', 700, now(1e6));
      assert.equal(watermark.at(now(1e6)), 700);
    });

    it('waits for a silent partition for as long as there is something to read in it', () => {
      let silence: Silence | undefined;
      const watermark = new Watermark(0, 50, 0, () => listing({ a: {}, b: { silence } }));
      watermark.observe('b', 10, now(0));
      watermark.observe('a', 1000, now(0));
      assert.equal(watermark.at(now(500)), 10);
      silence = { since: 510, asOf: 559 };
      assert.equal(watermark.at(now(560)), 10);
      silence = { since: 510, asOf: 560 };
      assert.equal(watermark.at(now(570)), 1000);
    });

    it('measures silence up to the last look, and not what nobody has seen since', () => {
      let silence: Silence = { since: 1, asOf: 49 };
      const watermark = new Watermark(0, 50, 0, () => listing({ a: { silence } }));
      watermark.observe('a', 1000, now(0));
      assert.equal(watermark.at(now(3_600_000)), 1000);
      silence = { since: 1, asOf: 51 };
      assert.equal(watermark.at(now(3_600_001)), 1051);
    });

    it('begins the silence with the last record, which may have taken its time from the look to the windows', () => {
      let silence: Silence = { since: 0, asOf: 100 };
      const watermark = new Watermark(0, 50, 0, () => listing({ a: { silence } }));
      watermark.observe('a', 1000, now(70));
      assert.equal(watermark.at(now(100)), 1000);
      silence = { since: 0, asOf: 120 };
      assert.equal(watermark.at(now(121)), 1050);
    });

    it('lets time run on as far as all partitions have been looked at', () => {
      let asOf = 5049;
      const watermark = new Watermark(0, 50, 0, () =>
        listing({ a: { silence: { since: 5000, asOf } }, b: { silence: { since: 0, asOf: 5100 } } }),
      );
      watermark.observe('a', 1000, now(0));
      watermark.observe('b', 900, now(0));
      assert.equal(watermark.at(now(5200)), 1000);
      asOf = 5050;
      assert.equal(watermark.at(now(5201)), 6050);
    });

    it('waits no longer for a partition that has ended', () => {
      let partitions = listing({ a: {}, b: {} });
      const watermark = new Watermark(0, 0, 0, () => partitions);
      watermark.observe('a', 100, now(0));
      watermark.observe('b', 1000, now(0));
      assert.equal(watermark.at(now(0)), 100);
      partitions = listing({ b: {} });
      assert.equal(watermark.at(now(1)), 1000);
    });

    it('begins a partition where its parents ended', () => {
      let partitions = listing({ a: {}, b: {} });
      const watermark = new Watermark(0, 0, 0, () => partitions);
      watermark.observe('a', 100, now(0));
      watermark.observe('b', 300, now(0));
      assert.equal(watermark.at(now(0)), 100);
      partitions = listing({ merged: { parents: ['a', 'b', 'long gone'] } });
      assert.equal(watermark.at(now(1)), 300);
      watermark.observe('merged', 50, now(2));
      assert.equal(watermark.of('merged'), 300);
    });

    it('is not held up by records from elsewhere', () => {
      const watermark = new Watermark(0, 0, 0, () => listing({ a: {} }));
      watermark.observe('', 5, now(0));
      watermark.observe('a', 1000, now(0));
      assert.equal(watermark.at(now(0)), 1000);
    });

    it('goes by records from elsewhere as long as none has come from any of them', () => {
      const watermark = new Watermark(0, 0, 0, () => listing({ a: {}, b: {} }));
      watermark.observe('', 500, now(0));
      assert.equal(watermark.at(now(0)), 500);
      watermark.observe('', 700, now(10));
      assert.equal(watermark.at(now(10)), 700);
      watermark.observe('a', 1000, now(20));
      watermark.observe('', 2000, now(20));
      assert.equal(watermark.at(now(20)), 700);
    });

    it('goes by records from elsewhere, and then by the clock, when those that gave some are silent', () => {
      let asOf = 0;
      const watermark = new Watermark(0, 50, 0, () => listing({ a: { silence: { since: 0, asOf } } }));
      watermark.observe('a', 100, now(0));
      for (let steady = 0; steady <= 200; steady += 20)
        watermark.observe('', 1000 + steady, now((asOf = steady)));
      assert.equal(watermark.at(now(200)), 1200);
      asOf = 260;
      assert.equal(watermark.at(now(260)), 1260);
    });
  });

  describe('that goes on after a restart', () => {
    const restarted = (watermark: Watermark, closedUntil: number) => {
      const next = new Watermark(0, 50, 0);
      const { followed, partitions } = watermark.state();
      next.load(followed, partitions, closedUntil);
      return next;
    };

    it('is where it was, in all and in each partition', () => {
      const watermark = new Watermark(0, 50, 0);
      watermark.observe('a', 1000, now(0));
      watermark.observe('b', 700, now(0));
      watermark.at(now(0));
      const next = restarted(watermark, 700);
      assert.deepEqual([next.at(now(9000)), next.of('a'), next.of('b')], [700, 1000, 700]);
      next.observe('b', 1500, now(9001));
      assert.equal(next.at(now(9001)), 1000);
    });

    it('counts silence from the restart, and then lets the clock go on from where it had carried time', () => {
      const watermark = new Watermark(0, 50, 0);
      watermark.observe('a', 1000, now(0));
      assert.equal(watermark.at(now(5000)), 6000);
      const next = restarted(watermark, 6000);
      assert.equal(next.at(now(100)), 6000);
      assert.equal(next.at(now(149)), 6000);
      assert.equal(next.at(now(150)), 6050);
    });
  });
});
