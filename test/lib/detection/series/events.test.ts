import assert from 'node:assert/strict';
import { SeriesDetector } from '../../../../lib/detection/series/SeriesDetector';
import { noise } from '../../../helpers/noise';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** A Monday. */
const start = Date.UTC(2026, 0, 5);
const seeds = [11, 12, 13];

/** What becomes of a usual value, by the time since an event began, ms. */
type Event = (since: number, usual: number) => number;

const daily = (time: number) => 200 + 60 * Math.sin((2 * Math.PI * time) / day);
const weekly = (time: number) => daily(time) - ([0, 6].includes(new Date(time).getUTCDay()) ? 50 : 0);
const level = () => 200;

/** Four weeks of noise of a deviation of 4 about a rhythm, and two weeks from the event on: hours from there to each alarm. */
function alarms(base: (time: number) => number, step: number, seed: number, event: Event): number[] {
  const random = noise(seed);
  const detector = new SeriesDetector({ names: ['load'], size: 'compact', seed });
  const from = start + 28 * day + 7 * hour;
  const hours: number[] = [];
  for (let time = start; time < from + 14 * day; time += step) {
    const usual = base(time) + 4 * random();
    const value = time < from ? usual : event(time - from, usual);
    const { isAnomaly } = detector.process(time, [value]);
    if (isAnomaly && time >= from) hours.push((time - from) / hour);
  }
  detector.free();
  return hours;
}

const during =
  (length: number, what: (usual: number) => number): Event =>
  (since, usual) =>
    since < length ? what(usual) : usual;

describe('an event', () => {
  const steps = [
    ['every five minutes', 5 * minute],
    ['every hour', hour],
  ] as const;
  const events: [name: string, base: (time: number) => number, event: Event][] = [
    ['a level that rises for good', daily, (_, usual) => usual + 80],
    ['a level that falls for good', daily, (_, usual) => usual - 80],
    ['a level that rises for good in a rhythm of weeks', weekly, (_, usual) => usual + 80],
    ['a level that rises for good without a rhythm', level, (_, usual) => usual + 80],
    ['half as much for good', daily, (_, usual) => usual / 2],
    ['an outage of ten hours', daily, during(10 * hour, () => 0)],
    ['an outage of 20 hours', daily, during(20 * hour, () => 0)],
    ['an outage of 20 hours without a rhythm', level, during(20 * hour, () => 0)],
    ['an outage of two days', weekly, during(2 * day, () => 0)],
    ['two days that are higher', daily, during(2 * day, (usual) => usual + 80)],
    ['two days with half as much', daily, during(2 * day, (usual) => usual / 2)],
    ['four days that are lower', level, during(4 * day, (usual) => usual - 80)],
  ];
  for (const [name, base, event] of events) {
    it(`is told once: ${name}`, () => {
      let told = 0;
      for (const [often, step] of steps) {
        for (const seed of seeds) {
          const [first, ...others] = alarms(base, step, seed, event);
          const byChance = alarms(base, step, seed, (_, usual) => usual);
          assert.equal(first, 0, `${often}, seed ${seed}`);
          told += others.filter((at) => !byChance.includes(at)).length;
        }
      }
      assert.ok(told <= 1, `${told} more alarms in six runs`);
    });
  }

  it('is told again when it comes again after an end', () => {
    const twice = (since: number, usual: number) =>
      since < 10 * hour || (since >= 3 * day && since < 3 * day + 10 * hour) ? 0 : usual;
    for (const seed of seeds) assert.ok(alarms(daily, 5 * minute, seed, twice).includes(72), `seed ${seed}`);
  });

  it('is told again when it goes much further, or to the other side', () => {
    const further = (since: number, usual: number) => usual + (since < day ? 60 : 300);
    const other = (since: number, usual: number) => usual + (since < day ? 60 : -150);
    for (const event of [further, other]) {
      for (const seed of seeds)
        assert.ok(alarms(daily, 5 * minute, seed, event).includes(24), `seed ${seed}`);
    }
  });

  it('leaves what was to be expected before it, and is told to be over by that', () => {
    for (const seed of seeds) {
      const random = noise(seed);
      const detector = new SeriesDetector({ names: ['load'], size: 'compact', seed });
      const from = start + 28 * day + 7 * hour;
      const end = from + 2 * day;
      for (let time = start; time < end; time += 5 * minute) {
        detector.process(time, [daily(time) + (time < from ? 0 : 80) + 4 * random()]);
      }
      const { expected, isAnomaly, suppressed } = detector.process(end, [daily(end)]);
      detector.free();
      assert.equal(isAnomaly, false);
      assert.ok(suppressed === undefined || suppressed === 'back-to-normal');
      const { value, lower, upper } = expected!.load!;
      assert.ok(Math.abs(value - daily(end)) < 10 && lower < value && value < upper);
    }
  });
});
