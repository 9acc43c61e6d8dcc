import assert from 'node:assert/strict';
import { LatestValues } from '../../../../lib/detection/series/LatestValues';

describe('the latest values', () => {
  it('are those that came, each with its time', () => {
    const latest = new LatestValues(2);
    latest.learn(1000, Float64Array.of(5, NaN));
    assert.deepEqual(latest.of(0), { time: 1000, value: 5 });
    assert.deepEqual(latest.of(1), { time: NaN, value: NaN });
    latest.learn(2000, Float64Array.of(NaN, 7));
    assert.deepEqual([latest.of(0).time, latest.of(1).time, latest.seen], [1000, 2000, 2]);
  });

  it('keep the latest time when a record comes late', () => {
    const latest = new LatestValues(1);
    for (const time of [2000, 1000]) latest.learn(time, Float64Array.of(time));
    assert.deepEqual(latest.of(0), { time: 2000, value: 1000 });
  });

  it('go on from their state, and from one without times', () => {
    const latest = new LatestValues(2);
    latest.learn(1000, Float64Array.of(5, 6));
    assert.deepEqual(new LatestValues(2, latest.state()).of(1), { time: 1000, value: 6 });
    const older = new LatestValues(2, [5, 6, 1], 900);
    assert.deepEqual([older.of(1), older.seen], [{ time: 900, value: 6 }, 1]);
  });
});
