import assert from 'node:assert/strict';
import { Expectation } from '../../../../lib/detection/series/Expectation';
import { noise, uniformNoise } from '../../../helpers/noise';

describe('an expectation', () => {
  /** The part of the values that lie in the band, after a thousand. */
  const covered = (next: (i: number) => number) => {
    const expectation = new Expectation();
    let within = 0;
    for (let i = 0; i < 6000; i++) {
      const day = (i % 288) / 288;
      const value = next(i);
      const { lower, upper } = expectation.at(day);
      if (i >= 1000 && value >= lower && value <= upper) within++;
      expectation.learn(day, value);
    }
    return within / 5000;
  };

  it('has nine of ten values in its band, whatever the data', () => {
    const random = noise(5);
    const uniform = uniformNoise(5);
    let walk = 0;
    const data: Record<string, (i: number) => number> = {
      noise: () => 10 + random(),
      'heavy tail': () => uniform() ** -0.7,
      day: (i) => 50 + 20 * Math.sin((2 * Math.PI * i) / 288) + random(),
      walk: () => (walk += random()),
      'level shift': (i) => (i < 3000 ? 5 : 80) + random(),
      outages: (i) => (i % 500 < 20 ? 0 : 50 + 20 * Math.sin((2 * Math.PI * i) / 288) + random()),
      'rare counts': () => (uniform() < 0.1 ? 1 : 0),
    };
    for (const [name, next] of Object.entries(data)) {
      const part = covered(next);
      assert.ok(Math.abs(part - 0.9) < 0.02, `${name}: ${part}`);
    }
  });

  it('learns the rhythm of a day', () => {
    const expectation = new Expectation();
    const random = noise(6);
    const wave = (i: number) => 50 + 20 * Math.sin((2 * Math.PI * i) / 24);
    for (let i = 0; i < 24 * 30; i++) expectation.learn((i % 24) / 24, wave(i) + random());
    for (let hour = 0; hour < 24; hour++) {
      assert.ok(Math.abs(expectation.at(hour / 24).value - wave(hour)) < 2.5, `${hour}`);
    }
  });

  it('follows a series that drifts', () => {
    const expectation = new Expectation();
    for (let i = 0; i < 500; i++) expectation.learn((i % 24) / 24, 3 * i);
    assert.ok(Math.abs(expectation.at(0.5).value - 1500) < 15);
  });

  /** After 500 records of about 100 with a deviation of 1. */
  const trained = () => {
    const expectation = new Expectation();
    const random = noise(7);
    for (let i = 0; i < 500; i++) expectation.learn((i % 24) / 24, 100 + random());
    return expectation;
  };

  it('tells what should have been while an incident lasts, and follows what stays', () => {
    const expectation = trained();
    for (let i = 0; i < 6; i++) expectation.learn(i / 24, 400);
    assert.ok(expectation.at(0.5).value < 120, `${expectation.at(0.5).value}`);
    for (let i = 6; i < 300; i++) expectation.learn((i % 24) / 24, 400);
    assert.ok(expectation.at(0.5).value > 370, `${expectation.at(0.5).value}`);
  });

  it('believes what the rhythm says as long as that is least wrong', () => {
    const expectation = new Expectation();
    const random = noise(8);
    const rhythm = (i: number) => 50 + 40 * Math.sin(i);
    for (let i = 0; i < 500; i++) expectation.learn((i % 24) / 24, rhythm(i) + random(), rhythm(i));
    assert.equal(expectation.at(0, 80).value, 80);
    for (let i = 0; i < 500; i++) expectation.learn((i % 24) / 24, 50 + random(), rhythm(i));
    assert.ok(Math.abs(expectation.at(0, 80).value - 50) < 3);
  });

  it('says what the rhythm brings through an incident, and follows at once when that comes again', () => {
    const expectation = new Expectation();
    const random = noise(10);
    const rhythm = (i: number) => 100 + 40 * Math.sin(i / 20);
    for (let i = 0; i < 1000; i++) {
      const isOut = i >= 700 && i < 900;
      if (i > 700 && isOut) {
        assert.ok(Math.abs(expectation.at((i % 288) / 288, rhythm(i)).value - rhythm(i)) < 1, `${i}`);
      }
      expectation.learn((i % 288) / 288, isOut ? 0 : rhythm(i) + random(), rhythm(i));
      if (i >= 910) assert.ok(Math.abs(expectation.at(0.5, rhythm(i)).value - rhythm(i)) < 15, `${i}`);
    }
  });

  it('expects nothing far outside of what there was, and nothing negative of what never was', () => {
    const expectation = new Expectation();
    const uniform = uniformNoise(9);
    for (let i = 0; i < 500; i++) {
      const value = 20 * uniform();
      expectation.learn((i % 24) / 24, value, value);
    }
    const low = expectation.at(0.5, -1000);
    assert.deepEqual([low.value, low.lower], [0, 0]);
    const high = expectation.at(0.5, 1000);
    assert.ok(high.value > 19 && high.upper <= 22.1, `${high.upper}`);
  });

  it('goes on from its state', () => {
    const original = trained();
    original.learn(0, 400);
    const copy = new Expectation(original.state());
    for (const each of [original, copy]) for (let i = 0; i < 50; i++) each.learn(i / 50, 400, 90);
    assert.deepEqual(copy.state(), original.state());
  });
});
