import assert from 'node:assert/strict';
import { SteadySeverity } from '../../../../lib/detection/series/SteadySeverity';
import { noise } from '../../../helpers/noise';

describe('a steady severity', () => {
  const random = noise(4);
  const usual = () => 0.8 + 0.2 * Math.abs(random());
  const trained = () => {
    const severity = new SteadySeverity();
    for (let i = 0; i < 3000; i++) severity.learn(usual(), false);
    return severity;
  };

  it('takes bursts of strange records for one event each', () => {
    const once = trained();
    const often = trained();
    for (let i = 0; i < 9000; i++) {
      const inBurst = i % 900 < 20;
      const score = usual() + (inBurst ? 0.8 : 0);
      once.learn(score, inBurst && i % 900 > 0);
      often.learn(score, false);
    }
    assert.ok(once.of(1.8) >= 75, `${once.of(1.8)}`);
    assert.ok(often.of(1.8) < 60, `${often.of(1.8)}`);
  });

  it('takes what lasts for usual in the end', () => {
    const severity = trained();
    let records = 0;
    while (severity.of(4) >= 75 && records < 5000) {
      severity.learn(4, records > 0);
      records++;
    }
    assert.ok(records > 60 && records < 2000, `${records}`);
  });

  it('learns what is usual also while something goes on', () => {
    const calm = trained();
    const strange = new SteadySeverity(calm.state());
    for (let i = 0; i < 500; i++) {
      const score = usual() / 2;
      calm.learn(score, false);
      strange.learn(score, true);
    }
    assert.deepEqual(strange.state(), calm.state());
  });

  it('goes on from its state', () => {
    const original = trained();
    for (let i = 0; i < 20; i++) original.learn(4, true);
    const copy = new SteadySeverity(original.state());
    for (let i = 0; i < 100; i++) for (const each of [original, copy]) each.learn(4, true);
    assert.deepEqual(copy.state(), original.state());
    assert.throws(() => new SteadySeverity([1, 2]), RangeError);
  });
});
