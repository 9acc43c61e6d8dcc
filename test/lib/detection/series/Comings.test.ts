import assert from 'node:assert/strict';
import { Comings } from '../../../../lib/detection/series/Comings';
import { uniformNoise } from '../../../helpers/noise';

describe('how often something comes', () => {
  /** Something in one of ten records, by chance. */
  const trained = (records = 5000) => {
    const comings = new Comings(64);
    const uniform = uniformNoise(1);
    const strange = Array.from({ length: records }, () => comings.take(uniform() < 0.1 ? 1 : 0));
    return { comings, strange };
  };

  /** At which records of a stretch it was strange, and to which side. */
  const told = (comings: Comings, values: readonly number[]) =>
    values.flatMap((value, i) => {
      const strange = comings.take(value);
      return strange === 0 ? [] : [[i, Math.sign(strange)] as const];
    });

  it('is strange when nothing comes for twice as long as it ever takes, and again at each double', () => {
    const { comings } = trained();
    const alarms = told(comings, new Array<number>(1000).fill(0));
    assert.equal(alarms.length, 3);
    const [[first], [second], [third]] = alarms as [[number, number], [number, number], [number, number]];
    assert.ok(first > 40 && first < 200, `${first}`);
    assert.ok(Math.abs(second / first - 2) < 0.3 && Math.abs(third / second - 2) < 0.3);
    assert.ok(alarms.every(([, side]) => side === -1));
  });

  it('counts a gap by the pace at which something comes then', () => {
    const { comings } = trained();
    const slowly = Array.from({ length: 1000 }, () => comings.take(0, 0.01));
    assert.deepEqual(new Set(slowly), new Set([0]));
    assert.ok(Array.from({ length: 50 }, () => comings.take(0, 10)).some((strange) => strange < 0));
  });

  it('finds the second silence, too', () => {
    const { comings } = trained();
    told(comings, [...new Array<number>(1000).fill(0), 1]);
    assert.ok(told(comings, new Array<number>(1000).fill(0)).length >= 2);
  });

  it('is strange when something comes in record after record', () => {
    const { comings } = trained();
    const most = Math.max(...Array.from({ length: 30 }, () => comings.take(1)));
    assert.ok(most > 0.6, `${most}`);
  });

  it('is seldom strange while nothing is', () => {
    const { strange } = trained(20_000);
    assert.equal(strange.filter((each) => each < 0).length, 0);
    assert.ok(strange.filter((each) => each > 0.6).length <= 20);
  });

  it('waits for nothing that has hardly ever come', () => {
    const comings = new Comings(64);
    assert.deepEqual(
      told(
        comings,
        Array.from({ length: 5000 }, (_, i) => (i < 1000 && i % 50 === 0 ? 1 : 0)),
      ),
      [],
    );
  });

  it('goes on from its state', () => {
    const { comings } = trained();
    const copy = new Comings(64, comings.state());
    const values = Array.from({ length: 500 }, (_, i) => (i % 7 === 0 ? 1 : 0));
    assert.deepEqual(told(copy, values), told(comings, values));
    assert.deepEqual(copy.state(), comings.state());
  });
});
