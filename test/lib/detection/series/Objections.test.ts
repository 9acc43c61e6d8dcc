import assert from 'node:assert/strict';
import { Objections } from '../../../../lib/detection/series/Objections';
import type { DetectorOptions } from '../../../../lib/detection/series/DetectorOptions';
import type { Moment } from '../../../../lib/detection/series/Outlook';

const moment: Moment = { time: 0, day: 0, hour: 0, usual: [] };
const expected = { value: 100, lower: 90, upper: 110 };
const outlook = {
  all: () => ({ load: expected }),
  expected: () => expected,
  isInRhythm: (_d: number, _moment: Moment, value: number) => value === 150,
};

describe('what speaks against telling of a record', () => {
  const objectionsOf = (direction?: DetectorOptions['direction'], state?: readonly number[]) =>
    new Objections(['load'], direction, outlook, state);
  const objection = (objections: Objections, value: number, isOverdue = false) => {
    const values = Float64Array.of(value);
    const parts = value > 100 ? Float64Array.of(2, 0) : Float64Array.of(0, 2);
    const beforehand = objections.beforehand(moment, { judged: values, whole: values });
    return objections.to(moment, values, { isOverdue, parts }, beforehand);
  };

  it('is nothing where a value is far from what was expected', () => {
    assert.equal(objection(objectionsOf(), 200), undefined);
  });

  it('is that the change is too small to matter, by what the values were', () => {
    const objections = objectionsOf();
    for (let i = 0; i < 10; i++) objections.learn(Float64Array.of(100));
    assert.equal(objection(objections, 100.09), 'minimum-change');
    assert.equal(objection(objections, 100.11), undefined);
    assert.equal(objection(objectionsOf('both', objections.state()), 100.09), 'minimum-change');
  });

  it('is that the rhythm brings it', () => {
    assert.equal(objection(objectionsOf(), 150), 'in-rhythm');
  });

  it('is neither where something has not come', () => {
    assert.equal(objection(objectionsOf(), 150, true), undefined);
    assert.equal(objection(objectionsOf(), 100, true), undefined);
  });

  it('is that it lies on the side that is not wanted', () => {
    assert.deepEqual(
      (['both', 'high', 'low'] as const).map((side) =>
        [50, 200].map((value) => objection(objectionsOf(side), value)),
      ),
      [
        [undefined, undefined],
        ['direction', undefined],
        [undefined, 'direction'],
      ],
    );
  });
});
