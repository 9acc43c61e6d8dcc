import assert from 'node:assert/strict';
import { Relations } from '../../../../lib/detection/series/Relations';
import { noise } from '../../../helpers/noise';

describe('relations', () => {
  const trained = () => {
    const relations = new Relations(3);
    const random = noise(4);
    for (let i = 0; i < 4000; i++) {
      const load = random();
      relations.take(Float64Array.of(load, load + 0.1 * random(), random()), new Float64Array(3));
    }
    return relations;
  };
  const distance = (relations: Relations, record: readonly number[], parts = new Float64Array(3)) => {
    relations.take(Float64Array.from(record), parts);
    return parts.reduce((sum, part) => sum + Math.abs(part), 0);
  };

  it('find two values further apart that belong together, each within its range', () => {
    const together = distance(trained(), [1.5, 1.5, 0]);
    const apart = distance(trained(), [1.5, -1.5, 0]);
    assert.ok(together < 1.2 && apart > 3, `${together} and ${apart}`);
  });

  it('blame the values that part, each on its side', () => {
    const parts = new Float64Array(3);
    distance(trained(), [1.5, -1.5, 0.2], parts);
    assert.ok(parts[0]! > 1 && parts[1]! < -1 && Math.abs(parts[2]!) < 0.2);
  });

  it('go on from their state', () => {
    const relations = trained();
    const copy = new Relations(3, relations.state());
    for (const record of [
      [0, 1, 2],
      [9, 9, -9],
      [1, 1, 1],
    ]) {
      assert.equal(distance(copy, record), distance(relations, record));
    }
  });
});
