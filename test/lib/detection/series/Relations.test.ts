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

  it('judge what is there of a record by itself, and blame nothing on what is missing', () => {
    const without = (values: readonly number[]) => {
      const relations = trained();
      const record = Float64Array.from(values, (value) => value || 0);
      relations.complete(record, values);
      const parts = new Float64Array(3);
      return { record, whole: distance(relations, [...record], parts), parts };
    };
    const { record, whole, parts } = without([1.5, NaN, 0.2]);
    assert.ok(Math.abs(record[1]! - 1.5) < 0.3, `${record[1]}`);
    assert.equal(parts[1], 0);
    assert.ok(whole < 1.2);
    assert.ok(without([NaN, NaN, 8]).whole > 3);
    assert.deepEqual([...without([1, 2, 3]).record], [1, 2, 3]);
  });

  it('know how values vary as before after one was missing for long', () => {
    const [whole, parted] = [trained(), trained()];
    const random = noise(9);
    for (let i = 0; i < 3000; i++) {
      const load = random();
      const values = [load, load + 0.1 * random(), random()];
      distance(whole, values);
      const record = Float64Array.from(values);
      parted.complete(record, [values[0]!, values[1]!, NaN]);
      distance(parted, [...record]);
    }
    const complete = [0.5, 0.5, 2];
    for (const each of [whole, parted]) each.complete(Float64Array.from(complete), complete);
    const [before, after] = [whole, parted].map((each) => distance(each, complete));
    assert.ok(Math.abs(after! / before! - 1) < 0.2, `${before} and ${after}`);
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
