import assert from 'node:assert/strict';
import { UsualHours } from '../../../../lib/detection/series/UsualHours';

/** Weeks in which one of ten records is something from 8 to 20 o'clock, but not on the last day; none at other hours. */
function open(weeks: number): UsualHours {
  const hours = new UsualHours();
  let count = 0;
  for (let hour = 0; hour < 168 * weeks; hour++) {
    for (let i = 0; i < 60; i++) hours.learn(hour % 168, isOpen(hour % 168) && ++count % 10 === 0);
  }
  return hours;
}

const isOpen = (hour: number) => hour % 24 >= 8 && hour % 24 < 20 && hour < 6 * 24;

describe('usual hours', () => {
  it('run at the pace at which something comes, on average as fast as the clock', () => {
    const hours = open(6);
    const paces = Array.from({ length: 168 }, (_, hour) => hours.pace(hour));
    const average = paces.reduce((sum, pace) => sum + pace, 0) / 168;
    assert.ok(Math.abs(average - 1) < 0.1, `${average}`);
    paces.forEach((pace, hour) => {
      if (isOpen(hour)) assert.ok(Math.abs(pace - 168 / 72) < 0.4, `${hour}: ${pace}`);
      else assert.ok(pace < 0.2, `${hour}: ${pace}`);
    });
  });

  it('know the hours of a day after one, and a day of the week after some', () => {
    assert.ok(open(1 / 7).pace(24 + 3) < 0.2 * open(1 / 7).pace(24 + 12));
    const [noon, sunday] = [12, 6 * 24 + 12];
    assert.ok(open(4).pace(sunday) < 0.2 * open(4).pace(noon));
  });

  it('are all alike before anything has come', () => {
    const hours = new UsualHours();
    assert.equal(hours.pace(5), 1);
    for (let i = 0; i < 500; i++) hours.learn(5, false);
    assert.equal(hours.pace(5), 1);
  });

  it('follow other hours within some weeks', () => {
    const hours = open(20);
    const night = 3;
    for (let week = 0; week < 16; week++) {
      for (let hour = 0; hour < 168; hour++) {
        for (let i = 0; i < 60; i++) hours.learn(hour, (isOpen(hour) || hour === night) && i % 10 === 0);
      }
    }
    assert.ok(hours.pace(night) > 0.7 * hours.pace(12));
  });

  it('go on from their state', () => {
    const hours = open(2);
    const copy = new UsualHours(hours.state());
    for (const each of [hours, copy]) each.learn(0, true);
    assert.deepEqual(copy.state(), hours.state());
    assert.equal(copy.pace(0), hours.pace(0));
  });
});
