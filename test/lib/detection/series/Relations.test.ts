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
    assert.ok(together < 0.7 && apart > 2, `${together} and ${apart}`);
  });

  it('blame the values that part, each on its side', () => {
    const parts = new Float64Array(3);
    distance(trained(), [1.5, -1.5, 0.2], parts);
    assert.ok(parts[0]! > 1 && parts[1]! < -1 && Math.abs(parts[2]!) < 0.2);
  });

  it('are how far each value lies from what the others let expect, in its usual error', () => {
    const relations = trained();
    const state = relations.state();
    const covariance = (d: number, e: number) => state[3 * d + e]! + (d === e ? 0.5 : 0);
    const [record, mean] = [[0.3, -1, 2], state.slice(18, 21)];
    const off = [0, 1, 2].map((d) => {
      const [e, f] = [0, 1, 2].filter((other) => other !== d) as [number, number];
      const [ee, ff, ef] = [covariance(e, e), covariance(f, f), covariance(e, f)];
      const [de, df] = [covariance(d, e), covariance(d, f)];
      const [byE, byF] = [de * ff - df * ef, df * ee - de * ef].map((by) => by / (ee * ff - ef * ef));
      const away = (at: number) => record[at]! - mean[at]!;
      const error = covariance(d, d) - byE! * de - byF! * df;
      return (away(d) - byE! * away(e) - byF! * away(f)) / Math.sqrt(error);
    });
    const square = off.reduce((sum, each) => sum + each * each, 0);
    const parts = new Float64Array(3);
    const whole = distance(relations, record, parts);
    assert.ok(Math.abs(whole - Math.sqrt(square / 3)) < 1e-9);
    off.forEach((each, d) => {
      assert.ok(Math.abs(parts[d]! - (whole * each * Math.abs(each)) / square) < 1e-9);
    });
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
    assert.ok(record[1]! > 0.8 && record[1]! < 1.5, `${record[1]}`);
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
