import assert from 'node:assert/strict';
import { LocalClock } from '../../../../lib/detection/calendar/LocalClock';
import { profileHead } from '../../../../lib/detection/rhythm/Profile';
import { Rhythm } from '../../../../lib/detection/rhythm/Rhythm';
import { noise } from '../../../helpers/noise';
import { shapes } from '../../../helpers/shapes';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const utc = LocalClock.in('UTC');
/** A Monday. */
const start = Date.UTC(2026, 0, 5);

/** A value at a time, ms since the epoch. */
type Series = (time: number) => number;

/** How far each record was from what was usual, in deviations; NaN where nothing was known. */
function feed(
  rhythm: Rhythm,
  series: Series,
  from: number,
  to: number,
  step: number,
): { time: number; off: number }[] {
  const fed: { time: number; off: number }[] = [];
  for (let time = from; time < to; time += step) {
    const value = series(time);
    const usual = rhythm.usual(time);
    fed.push({ time, off: usual ? (value - usual.value) / usual.deviation : NaN });
    rhythm.learn(time, value);
  }
  return fed;
}

const isStrange = ({ off }: { off: number }) => Math.abs(off) > 5;

/** Evenings are higher than mornings, and weekends lower than working days. */
function shopping(seed: number, clock = utc): Series {
  const random = noise(seed);
  return (time) => {
    const wall = clock.wallAt(time);
    const weekday = new Date(wall).getUTCDay();
    const size = weekday === 0 || weekday === 6 ? 30 : 60;
    return 200 + size * Math.sin((2 * Math.PI * (wall % day)) / day - 2) + 4 * random();
  };
}

/** 500 for the five minutes from 06:00 on every day, else about 20. */
function nightlyJob(seed: number, clock: LocalClock): Series {
  const random = noise(seed);
  return (time) => (Math.floor((clock.wallAt(time) % day) / (5 * minute)) === 72 ? 500 : 20) + random();
}

describe('the rhythm of a series', () => {
  it('expects what the time of day and of the week brings, without being told of either', () => {
    const rhythm = new Rhythm(utc);
    feed(rhythm, shopping(1), start, start + 28 * day, hour);
    for (let time = start + 28 * day; time < start + 35 * day; time += hour) {
      const { value, deviation, strength } = rhythm.usual(time)!;
      const truth = shopping(1)(time);
      assert.ok(Math.abs(value - truth) < 20, `${new Date(time).toISOString()}: ${value}, not ${truth}`);
      assert.ok(deviation > 2 && deviation < 12, `${deviation}`);
      assert.ok(strength > 0.9);
    }
  });

  it('knows a day after two of them', () => {
    const rhythm = new Rhythm(utc);
    feed(rhythm, shopping(2), start, start + 2 * day, 5 * minute);
    const { value, strength } = rhythm.usual(start + 2 * day + 3 * hour)!;
    assert.ok(Math.abs(value - shopping(3)(start + 3 * hour)) < 20);
    assert.ok(strength > 0.8);
  });

  for (const [name, shape] of Object.entries(shapes)) {
    if (name === 'days and weeks' || name === 'a sine and noise') continue;
    it(`finds none in ${name}`, () => {
      const next = shape(4);
      const rhythm = new Rhythm(utc);
      let strengths = 0;
      for (let i = 0; i < 4000; i++) {
        const time = start + i * 5 * minute;
        rhythm.learn(time, next());
        strengths += rhythm.usual(time)!.strength;
      }
      assert.ok(strengths / 4000 < 0.15, `${strengths / 4000}`);
      assert.equal(rhythm.usual(start + 4000 * 5 * minute)!.strength, 0);
    });
  }

  for (const period of [7, 24.5, 45, 60]) {
    it(`finds a period of ${period} records`, () => {
      const random = noise(5);
      const rhythm = new Rhythm(utc);
      const series: Series = (time) =>
        10 * Math.sin((2 * Math.PI * (time - start)) / (period * 13_000)) + random();
      const fed = feed(rhythm, series, start, start + 4000 * 13_000, 13_000);
      assert.ok(rhythm.usual(start + 4000 * 13_000)!.strength > 0.8);
      assert.deepEqual(fed.slice(1000).filter(isStrange), []);
    });
  }

  for (const [zone, ...changes] of [
    ['Europe/Berlin', '2026-03-29', '2026-10-25'],
    ['America/New_York', '2026-03-08', '2026-11-01'],
    ['Australia/Lord_Howe', '2026-04-05', '2026-10-04'],
  ] as const) {
    for (const change of changes) {
      it(`expects the job of 06:00 also when the clocks of ${zone} change on ${change}`, () => {
        const clock = LocalClock.in(zone);
        const rhythm = new Rhythm(clock);
        const job = nightlyJob(6, clock);
        const from = Date.parse(change) - 14 * day;
        feed(rhythm, job, from, from + 7 * day, 5 * minute);
        const fed = feed(rhythm, job, from + 7 * day, from + 21 * day, 5 * minute);
        assert.deepEqual(fed.filter(isStrange), []);
        const elsewhere = nightlyJob(6, utc);
        const moved = feed(rhythm, elsewhere, from + 21 * day, from + 22 * day, 5 * minute);
        // Once when it comes at another hour, and once when it does not come at its own.
        assert.equal(moved.filter(isStrange).length, 2);
      });
    }
  }

  it('is not misled by a holiday, nor by the days after it', () => {
    const rhythm = new Rhythm(utc);
    const usual = shopping(7);
    const holiday = start + 28 * day;
    const series: Series = (time) => usual(time) + (time >= holiday && time < holiday + day ? 300 : 0);
    const before = feed(rhythm, series, start, holiday, hour).slice(14 * 24);
    const on = feed(rhythm, series, holiday, holiday + day, hour);
    const after = feed(rhythm, series, holiday + day, holiday + 8 * day, hour);
    assert.equal(before.filter(isStrange).length, 0);
    assert.ok(isStrange(on[0]!));
    // The level that half a day of it was taken for must be taken back.
    assert.ok(after.filter(isStrange).length <= 5, `${after.filter(isStrange).length}`);
    assert.equal(after.slice(24).filter(isStrange).length, 0);
  });

  it('takes a change of level over after half a day, and keeps the rhythm', () => {
    for (const step of [5 * minute, hour]) {
      const rhythm = new Rhythm(utc);
      const usual = shopping(8);
      const shift = start + 21 * day + 7 * hour;
      const series: Series = (time) => usual(time) + (time >= shift ? 500 : 0);
      feed(rhythm, series, start, shift, step);
      const after = feed(rhythm, series, shift, shift + 7 * day, step).filter(isStrange);
      assert.ok(after.length > 0);
      assert.ok(after.every(({ time }) => time < shift + 15 * hour));
      assert.ok(rhythm.usual(shift + 7 * day)!.strength > 0.6);
    }
  });

  it('expects what it always brought through an outage of hours, and soon again after one of a day', () => {
    for (const [hours, most] of [
      [3, 0],
      [11, 0],
      [24, 6],
    ] as const) {
      const rhythm = new Rhythm(utc);
      const usual = shopping(20);
      const outage = start + 21 * day + 9 * hour;
      const back = outage + hours * hour;
      feed(rhythm, usual, start, outage, 5 * minute);
      const during = feed(rhythm, () => 0, outage, back, 5 * minute);
      const known = during.filter(({ time }) => time < outage + 11 * hour);
      assert.ok(known.every(isStrange));
      const after = feed(rhythm, usual, back, back + 2 * hour, 5 * minute);
      const strange = after.filter(isStrange).length;
      assert.ok(strange <= most, `${strange} after ${hours} hours`);
    }
  });

  it('follows a trend', () => {
    const rhythm = new Rhythm(utc);
    const usual = shopping(9);
    const series: Series = (time) => usual(time) + (50 * (time - start)) / day;
    const fed = feed(rhythm, series, start, start + 28 * day, hour);
    assert.deepEqual(fed.slice(14 * 24).filter(isStrange), []);
  });

  it('expects the same after a sensor was silent for days, or gave the same value for hours', () => {
    const rhythm = new Rhythm(utc);
    const series = shopping(10);
    feed(rhythm, series, start, start + 21 * day, hour);
    const silent = feed(rhythm, series, start + 24 * day + 5 * hour, start + 26 * day, hour);
    assert.deepEqual(silent.filter(isStrange), []);
    feed(rhythm, () => 0, start + 26 * day, start + 26 * day + 8 * hour, hour);
    const back = feed(rhythm, series, start + 26 * day + 8 * hour, start + 33 * day, hour);
    assert.deepEqual(back.filter(isStrange), []);
  });

  it('is not moved by values that are missing', () => {
    const [full, gappy] = [new Rhythm(utc), new Rhythm(utc)];
    feed(full, shopping(11), start, start + 7 * day, hour);
    const before = full.usual(start + 7 * day);
    full.learn(start + 7 * day, NaN);
    assert.deepEqual(full.usual(start + 7 * day), before);
    const random = noise(12);
    const series = shopping(11);
    for (let time = start; time < start + 21 * day; time += 5 * minute) {
      const value = series(time);
      if (random() > 0.5) gappy.learn(time + 20_000 * random(), value);
    }
    const { value, strength } = gappy.usual(start + 21 * day + 3 * hour)!;
    assert.ok(strength > 0.8 && Math.abs(value - shopping(13)(start + 3 * hour)) < 20);
  });

  it('learns a job that moves to another hour within three days', () => {
    const rhythm = new Rhythm(utc);
    const random = noise(14);
    const at = (hourOfDay: number) => (time: number) =>
      (Math.floor((time % day) / (5 * minute)) === 12 * hourOfDay ? 500 : 20) + random();
    feed(rhythm, at(6), start, start + 14 * day, 5 * minute);
    feed(rhythm, at(9), start + 14 * day, start + 17 * day, 5 * minute);
    const fed = feed(rhythm, at(9), start + 17 * day, start + 18 * day, 5 * minute);
    assert.deepEqual(
      fed.filter(({ off }) => off > 5),
      [],
    );
  });

  it('says nothing before the first record, and the level after it', () => {
    const rhythm = new Rhythm(utc);
    assert.equal(rhythm.usual(start), undefined);
    rhythm.learn(start, 42);
    assert.deepEqual(rhythm.usual(start + hour), { value: 42, deviation: 0, strength: 0, known: [] });
  });

  it('is as exact far from 0, and stays finite with values however large', () => {
    const [near, far] = [new Rhythm(utc), new Rhythm(utc)];
    feed(near, shopping(15), start, start + 14 * day, hour);
    const series = shopping(15);
    feed(far, (time) => series(time) + 2 ** 40, start, start + 14 * day, hour);
    const [a, b] = [near.usual(start + 15 * day)!, far.usual(start + 15 * day)!];
    assert.ok(Math.abs(a.value - (b.value - 2 ** 40)) < 0.01);
    const wild = new Rhythm(utc);
    for (let i = 0; i < 500; i++) wild.learn(start + i * hour, i % 3 === 0 ? 1e308 : -1e308);
    const { value, deviation, strength } = wild.usual(start + 500 * hour)!;
    assert.ok([value, deviation, strength].every(Number.isFinite));
  });

  it('takes times that repeat or step back', () => {
    const rhythm = new Rhythm(utc);
    const series = shopping(16);
    for (let i = 0; i < 21 * 24; i++) {
      const time = start + i * hour - (i % 50 === 0 ? 2 * hour : 0);
      rhythm.learn(time, series(time));
      if (i % 20 === 0) rhythm.learn(time, series(time));
    }
    assert.ok(rhythm.usual(start + 21 * day)!.strength > 0.8);
  });

  it('goes on from its state, kept as JSON, as if nothing had happened', () => {
    const original = new Rhythm(utc);
    const random = noise(17);
    const series: Series = (time) => shopping(18)(time) + 50 * Math.sin(time / 100 / minute) + random();
    feed(original, series, start, start + 9 * day, 5 * minute);
    const state = original.state();
    const copy = new Rhythm(utc, JSON.parse(JSON.stringify(state)) as number[]);
    const [from, to] = [start + 9 * day, start + 11 * day];
    const values = new Map<number, number>();
    for (let time = from; time < to; time += 5 * minute) values.set(time, series(time));
    const same: Series = (time) => values.get(time)!;
    assert.deepEqual(feed(copy, same, from, to, 5 * minute), feed(original, same, from, to, 5 * minute));
    assert.deepEqual(copy.state(), original.state());
  });

  it('goes on from a state as it was kept before departures were known', () => {
    const series = shopping(21);
    const rhythm = new Rhythm(utc);
    feed(rhythm, series, start, start + 21 * day, hour);
    const [headLength, formerHead, head] = [6, 11, profileHead];
    const state = rhythm.state();
    const heads = [0, 1, 2, 3].flatMap((index) => {
      const [own, plain, judged, latest, level] = state.slice(headLength + index * head);
      return [level!, own!, plain!, judged!, 3, -12, latest!, hour, 1, 77, 0];
    });
    const former = [...state.slice(0, headLength), ...heads, ...state.slice(headLength + 4 * head)];
    assert.equal(heads.length, 4 * formerHead);
    const copy = new Rhythm(utc, former);
    for (let time = start + 21 * day; time < start + 22 * day; time += hour) {
      assert.deepEqual(copy.usual(time), rhythm.usual(time));
    }
    feed(copy, series, start + 21 * day, start + 22 * day, hour);
    assert.ok(Math.abs(copy.usual(start + 22 * day)!.value - series(start + 22 * day)) < 20);
  });

  it('takes less than 10 kB', () => {
    const rhythm = new Rhythm(utc);
    feed(rhythm, shopping(19), start, start + 8 * day, hour);
    assert.ok(rhythm.byteLength < 10_000, `${rhythm.byteLength}`);
  });

  it('refuses what is no state', () => {
    assert.throws(() => new Rhythm(utc, [1, 2]), /the state of a rhythm must be \d+ finite numbers/);
    const state = new Rhythm(utc).state();
    assert.throws(() => new Rhythm(utc, state.fill(NaN)), /finite numbers/);
  });
});
