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
});
