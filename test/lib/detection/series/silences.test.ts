import assert from 'node:assert/strict';
import { SeriesDetector } from '../../../../lib/detection/series/SeriesDetector';
import { uniformNoise } from '../../../helpers/noise';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** A Monday in winter, 07:00 in Berlin. */
const start = Date.UTC(2026, 0, 5, 6);
const weeks = 4;

/** A shop with an order every few minutes from 8 to 20 o'clock in Berlin, in winter, closed on Sundays. */
const isOpen = (time: number) => {
  const at = new Date(time + hour);
  return at.getUTCDay() !== 0 && at.getUTCHours() >= 8 && at.getUTCHours() < 20;
};

/** Some weeks minute by minute, and then a Monday without any order. */
function judged(seed: number) {
  const uniform = uniformNoise(seed);
  const detector = new SeriesDetector({
    names: ['orders'],
    size: 'compact',
    seed,
    timeZone: 'Europe/Berlin',
  });
  const end = start + weeks * 7 * day;
  const silences: number[] = [];
  for (let time = start; time < end + day; time += minute) {
    const orders = time < end && isOpen(time) && uniform() < 0.2 ? 1 : 0;
    const { direction, isAnomaly } = detector.process(time, [orders]);
    if (isAnomaly && direction === 'LOW' && orders === 0) silences.push(time);
  }
  detector.free();
  return {
    usual: silences.filter((time) => time >= start + 14 * day && time < end),
    outage: silences.filter((time) => time >= end).map((time) => (time - end) / minute),
  };
}

describe('the silence of rare events', () => {
  let runs: ReturnType<typeof judged>[];
  before(() => {
    runs = [31, 32].map(judged);
  });

  it('is nothing strange at night and on Sundays', () => {
    const told = runs.flatMap(({ usual }) => usual);
    assert.ok(told.length <= 3, `${told.length} in 24 nights and 4 Sundays`);
  });

  it('is told soon when it comes by day', () => {
    for (const { outage } of runs) {
      const [first = Infinity] = outage;
      // The shop opens after an hour.
      assert.ok(first > 60 && first < 60 + 90, `${first} minutes`);
    }
  });
});
