import assert from 'node:assert/strict';
import { LocalClock } from '../../../../lib/detection/calendar/LocalClock';
import { isInRhythm, offRhythm } from '../../../../lib/detection/rhythm/offRhythm';
import { Rhythms } from '../../../../lib/detection/rhythm/Rhythms';
import { SeriesDetector } from '../../../../lib/detection/series/SeriesDetector';
import { shapes } from '../../../helpers/shapes';

const step = 300_000;
const day = 288 * step;
const start = Date.UTC(2026, 0, 5);

describe('a value off its rhythm', () => {
  it('is strange from four deviations on, with the side on which it lies, up to 3', () => {
    const usual = { value: 100, deviation: 2, strength: 0.99 };
    assert.equal(offRhythm(usual, 107), 0);
    assert.ok(Math.abs(offRhythm(usual, 110) - 0.4) < 1e-9);
    assert.ok(Math.abs(offRhythm(usual, 90) + 0.4) < 1e-9);
    assert.equal(offRhythm(usual, 1e9), 3);
  });

  it('says nothing where the rhythm leaves much unexplained', () => {
    assert.equal(offRhythm({ value: 100, deviation: 2, strength: 0.8 }, 200), 0);
    assert.equal(offRhythm({ value: 100, deviation: 0, strength: 1 }, 200), 0);
  });

  it('is none within two and a half deviations of a rhythm that is most of the series', () => {
    const usual = { value: 100, deviation: 2, strength: 0.5 };
    assert.ok(isInRhythm(usual, 95));
    assert.ok(!isInRhythm(usual, 94.9));
    assert.ok(!isInRhythm({ ...usual, strength: 0.49 }, 100));
  });

  it('adds to the part of its value, and goes on from its state', () => {
    const clock = LocalClock.in('UTC');
    const rhythms = new Rhythms(1, clock, []);
    const next = shapes['days and weeks']!(1);
    const parts = new Float64Array(2);
    for (let i = 0; i < 21 * 288; i++) rhythms.take(start + i * step, [next()], parts);
    const copy = new Rhythms(1, clock, rhythms.states());
    for (const each of [rhythms, copy]) {
      parts.fill(1);
      const sum = each.take(start + 21 * day, [500], parts);
      assert.equal(sum, 3);
      assert.deepEqual([...parts], [4, 1]);
      assert.equal(each.take(start + 21 * day, [NaN], parts), 0);
    }
  });

  it('is found by the detector of the series, though the value is usual at other times', () => {
    const told = new Set<string>();
    for (const seed of [1, 2]) {
      const next = shapes['days and weeks']!(seed);
      const detector = new SeriesDetector({ names: ['visits'] });
      for (let i = 0; i < 35 * 288; i++) {
        const incident = Math.floor(i / 288) - 21;
        const at = 20 + ((incident * 97) % 250);
        const isStrange = incident >= 0 && i % 288 >= at && i % 288 < at + 3;
        const value = next() + (isStrange ? (incident % 2 ? 35 : -35) : 0);
        const { score } = detector.process(start + i * step, [value]);
        if (isStrange && score > 2.5) told.add(`${seed} ${incident}`);
      }
      detector.free();
    }
    assert.ok(told.size >= 25, `${told.size} of 28`);
  });

  it('comes back after years of silence with bounded work', () => {
    const rhythms = new Rhythms(1, LocalClock.in('Europe/Berlin'), []);
    const parts = new Float64Array(2);
    for (let i = 0; i < 400; i++) rhythms.take(start + i, [i % 7], parts);
    // A million usual gaps and more, each a step if they were filled in one by one.
    assert.ok(Number.isFinite(rhythms.take(start + 10 * 365 * day, [3], parts)));
  });
});
