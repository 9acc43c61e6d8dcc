import assert from 'node:assert/strict';
import fc from 'fast-check';
import { flatState } from '../../../lib/detection/flatState';

describe('room for what an object knows', () => {
  it('is of zeros at first, whatever others were told, and its own', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2000 }), { maxLength: 30 }), (lengths) => {
        const rooms = lengths.map((length, i) => {
          const room = flatState('it', length);
          assert.deepEqual([...room], new Array(length).fill(0));
          return room.fill(i + 1);
        });
        rooms.forEach((room, i) => {
          assert.equal(room.length, lengths[i]);
          assert.ok(room.every((each) => each === i + 1));
        });
      }),
    );
  });

  it('holds what was saved, as a copy', () => {
    const saved = [1, 2.5, -3];
    const room = flatState('it', 3, saved);
    room[0] = 7;
    assert.deepEqual(saved, [1, 2.5, -3]);
    assert.deepEqual([...room], [7, 2.5, -3]);
  });

  it('refuses what is no such copy, by its name', () => {
    assert.throws(() => flatState('the tide', 2, [1]), /the state of the tide must be 2 finite numbers/);
    assert.throws(() => flatState('the tide', 2, [1, NaN]), /the tide/);
  });
});
