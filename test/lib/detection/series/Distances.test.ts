import assert from 'node:assert/strict';
import { Distances } from '../../../../lib/detection/series/Distances';
import { noise, uniformNoise } from '../../../helpers/noise';

describe('distances', () => {
  const taken = (distances: Distances, value: number) => {
    const away = new Float64Array(1);
    distances.take([value], away);
    return away[0]!;
  };
  const trained = (next: () => number, records = 12_000) => {
    const distances = new Distances(1);
    for (let i = 0; i < records; i++) taken(distances, next());
    return distances;
  };
  const usual = () => {
    const random = noise(1);
    return () => 100 + 5 * random();
  };

  it('count in standard deviations, on either side, up to a furthest', () => {
    const distances = trained(usual());
    assert.ok(Math.abs(taken(distances, 110) - 2) < 0.2);
    assert.ok(Math.abs(taken(distances, 90) + 2) < 0.2);
    assert.equal(taken(distances, 1e300), 30);
    assert.equal(taken(distances, -1e300), -30);
  });

  it('are small for what is far now and then, and large for what is so the first time', () => {
    const uniform = uniformNoise(2);
    const [bursts, zeros, flat] = [() => (uniform() < 0.01 ? 80 : 0), () => 0, () => 45].map((next) =>
      trained(next),
    );
    assert.ok(taken(bursts!, 80) < 12);
    assert.equal(taken(zeros!, 0.5), 30);
    assert.ok(Math.abs(taken(flat!, 45.09) - 2) < 1e-9);
  });

  it('are nothing for what is missing, of which nothing is learned', () => {
    const distances = trained(usual());
    const learned = distances.state().slice(0, 2);
    assert.equal(taken(distances, NaN), 0);
    assert.deepEqual(distances.state().slice(0, 2), learned);
  });

  it('lead back to the values they are of', () => {
    const distances = trained(usual());
    for (const value of [80, 100, 131]) {
      assert.ok(Math.abs(distances.restore(0, distances.of(0, value)) - value) < 1e-9);
    }
    assert.ok(Number.isNaN(distances.of(0, NaN)));
  });

  it('stay large for hundreds of records of an event', () => {
    const distances = trained(usual());
    for (let i = 0; i < 300; i++) taken(distances, 150);
    assert.ok(taken(distances, 150) > 4);
  });

  it('are small of a level that stays, wherever it lies', () => {
    for (const level of [125, 200, 2000, -1e6]) {
      const distances = trained(usual());
      for (let i = 0; i < 2500; i++) taken(distances, level);
      assert.ok(Math.abs(taken(distances, level)) < 2, `${level}`);
    }
  });

  it('go on from their state', () => {
    const distances = trained(usual(), 500);
    const copy = new Distances(1, distances.state());
    for (const value of [100, 150, NaN, 60]) assert.equal(taken(copy, value), taken(distances, value));
    assert.equal(copy.seen, 504);
  });
});
