import assert from 'node:assert/strict';
import { Incidents } from '../../../lib/detection/Incidents';

describe('incidents', () => {
  it('last while anomalies of the key keep coming within the cool-down', () => {
    const incidents = new Incidents(10, 100);
    assert.deepEqual(
      [0, 10, 20, 30, 41].map((time) => incidents.isNew('a', time)),
      [true, false, false, false, true],
    );
  });

  it('are not cut short by an anomaly that arrives late', () => {
    const incidents = new Incidents(10, 100);
    assert.deepEqual(
      [100, 50, 109].map((time) => incidents.isNew('a', time)),
      [true, false, false],
    );
  });

  it('are each anomaly when there is no cool-down', () => {
    const incidents = new Incidents(0, 100);
    assert.deepEqual(
      [0, 0, 0].map((time) => incidents.isNew('a', time)),
      [true, true, true],
    );
  });

  it('forget the key that was quiet longest beyond the bound', () => {
    const incidents = new Incidents(1000, 2);
    for (const key of ['a', 'b', 'a', 'c']) incidents.isNew(key, 0);
    assert.deepEqual(
      ['a', 'c', 'b'].map((key) => incidents.isNew(key, 1)),
      [false, false, true],
    );
  });
});
