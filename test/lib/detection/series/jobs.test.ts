import assert from 'node:assert/strict';
import { SeriesDetector } from '../../../../lib/detection/series/SeriesDetector';
import { noise } from '../../../helpers/noise';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** A Monday. */
const start = Date.UTC(2026, 0, 5);
const learned = start + 14 * day;
const last = start + 28 * day;
const seeds = [21, 22, 23];

/** Whether the job runs at an hour of the day. */
type Job = (hour: number) => boolean;

const usual: Job = (at) => at >= 6 && at < 7;

/** Four weeks with a job of every morning, and a day of another one: hours from `learned` on, and of the last day. */
function alarms(step: number, seed: number, onLastDay: Job): { before: number[]; lastDay: number[] } {
  const random = noise(seed);
  const detector = new SeriesDetector({ names: ['load'], size: 'compact', seed });
  const told: number[] = [];
  for (let time = start; time < last + day; time += step) {
    const at = (time % day) / hour;
    const job = (time < last ? usual : onLastDay)(at) ? 150 : 0;
    const value = 100 + 20 * Math.sin((2 * Math.PI * at) / 24) + job + 5 * random();
    if (detector.process(time, [value]).isAnomaly) told.push(time);
  }
  detector.free();
  return {
    before: told.filter((time) => time >= learned && time < last),
    lastDay: told.filter((time) => time >= last).map((time) => (time - last) / hour),
  };
}

describe('a job of every morning', () => {
  for (const [often, step] of [
    ['every five minutes', 5 * minute],
    ['every hour', hour],
  ] as const) {
    it(`is told no more once it is known, ${often}`, () => {
      const told = seeds.flatMap((seed) => alarms(step, seed, usual).before);
      assert.ok(told.length <= 3, `${told.length} alarms in six weeks`);
    });

    it(`is told when it does not run, runs early or runs on, ${often}`, () => {
      for (const seed of seeds) {
        assert.ok(alarms(step, seed, () => false).lastDay.includes(6), `seed ${seed}`);
        assert.ok(alarms(step, seed, (at) => at >= 2 && at < 3).lastDay.includes(2), `seed ${seed}`);
        assert.ok(alarms(step, seed, (at) => at >= 6 && at < 8).lastDay.includes(7), `seed ${seed}`);
      }
    });
  }
});
