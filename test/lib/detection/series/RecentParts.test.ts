import assert from 'node:assert/strict';
import { RecentParts } from '../../../../lib/detection/series/RecentParts';
import { noise } from '../../../helpers/noise';

describe('the latest parts of a score', () => {
  const taken = (recent: RecentParts, ...parts: number[]) => {
    const mean = new Float64Array(parts.length);
    recent.take(Float64Array.from(parts), mean);
    return [...mean];
  };
  const trained = (records = 400) => {
    const recent = new RecentParts(2);
    for (let i = 0; i < records; i++) taken(recent, 1, 2);
    return recent;
  };
  const sum = (parts: Iterable<number>) => [...parts].reduce((a, b) => a + b);

  it('are soon told by a half, and wholly when they last', () => {
    const recent = trained();
    let mean: number[] = [];
    for (let i = 0; i < 15; i++) mean = taken(recent, 11, 2);
    assert.ok(mean[0]! > 6 && mean[0]! < 8, `${mean[0]}`);
    for (let i = 0; i < 400; i++) mean = taken(recent, 11, 2);
    assert.ok(Math.abs(mean[0]! - 11) < 0.1);
    assert.ok(Math.abs(mean[1]! - 2) < 1e-9);
  });

  it('forget the first records, of which nothing was known', () => {
    const recent = new RecentParts(2);
    for (let i = 0; i < 100; i++) taken(recent, 1000, 0);
    assert.deepEqual(taken(recent, 1, 2), [1, 2]);
  });

  it('name the record that adds most, and what it adds', () => {
    const recent = trained();
    const before = sum(taken(recent, 1, 2));
    const rise = sum(taken(recent, 41, 2)) - before;
    assert.equal(recent.strangest().lag, 0);
    for (let lag = 1; lag < 10; lag++) {
      taken(recent, 1, 2);
      const strangest = recent.strangest();
      assert.equal(strangest.lag, lag);
      assert.ok(strangest.parts[0]! / strangest.parts[1]! > 20);
      assert.ok(sum(strangest.parts) < rise * 1.2);
    }
  });

  it('name the newest of records that are alike', () => {
    assert.equal(trained().strangest().lag, 0);
    assert.equal(trained(3).strangest().lag, 0);
  });

  it('add up, record by record, to no more than the mean', () => {
    const recent = new RecentParts(1);
    const random = noise(6);
    for (let i = 0; i < 300; i++) {
      const mean = taken(recent, Math.abs(random()));
      assert.ok(sum(recent.strangest().parts) <= mean[0]! + 1e-12);
    }
  });

  it('go on from their state', () => {
    const recent = trained(117);
    const copy = new RecentParts(2, recent.state());
    for (const part of [3, 0, 9]) assert.deepEqual(taken(copy, part, 1), taken(recent, part, 1));
    assert.deepEqual(copy.strangest(), recent.strangest());
  });
});
