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

  it('takes bursts of strange records for one event each, while they are few', () => {
    const once = trained();
    const often = trained();
    for (let i = 0; i < 6000; i++) {
      const inBurst = i % 2000 < 20;
      const score = usual() + (inBurst ? 0.8 : 0);
      once.learn(score, inBurst && i % 2000 > 0);
      often.learn(score, false);
    }
    assert.ok(once.of(1.8) >= 75, `${once.of(1.8)}`);
    assert.ok(often.of(1.8) < 70, `${often.of(1.8)}`);
  });

  /** Long runs of high scores, far above the others now and then, with nothing wrong. */
  for (const [doubts, settled] of [
    ['bursts', 10_000],
    ['events', 100_000],
  ] as const) {
    it(`calls as many records rare as it says in the end, however long their runs, where it doubts ${doubts}`, () => {
      const severity = new SteadySeverity(undefined, doubts);
      let level = 0;
      let wasRare = false;
      let rare = 0;
      for (let i = 0; i < settled + 100_000; i++) {
        level = 0.99 * level + Math.sqrt(1 - 0.99 ** 2) * random();
        const score = Math.exp(level);
        const isRare = severity.of(score) >= 75;
        if (isRare && i >= settled) rare++;
        severity.learn(score, wasRare);
        wasRare = isRare;
      }
      assert.ok(rare > 50 && rare < 200, `${rare} of 100,000`);
    });
  }

  it('learns scores that now and then lie as far out as they do in heavy tails', () => {
    let highest = 0;
    for (const seed of [1, 2, 3, 4]) {
      const normal = noise(seed);
      const severity = new SteadySeverity(undefined, 'events');
      let level = 0;
      for (let i = 0; i < 110_000; i++) {
        level = 0.8 * level + 0.6 * normal();
        const score = Math.exp(0.5 * level);
        if (i >= 10_000 && severity.of(score) === 100) highest++;
        severity.learn(score, false);
      }
    }
    assert.ok(highest > 20 && highest < 80, `${highest} of 400,000`);
  });

  it('does not learn that events far out are usual, until they come for long', () => {
    const severity = new SteadySeverity(trained().state(), 'events');
    const plain = new SteadySeverity(trained().state());
    for (let i = 0; i < 4000; i++) {
      const score = i % 800 < 40 ? 6 : usual();
      for (const each of [severity, plain]) each.learn(score, false);
    }
    assert.ok(severity.of(6) >= 75, `${severity.of(6)}`);
    assert.ok(plain.of(6) < 75, `${plain.of(6)}`);
    for (let i = 0; i < 20_000; i++) severity.learn(i % 2 === 0 ? 6 : usual(), false);
    assert.ok(severity.of(6) < 50, `${severity.of(6)}`);
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

  it('goes on from what was kept while one record of 32 was learned of bursts', () => {
    const before = trained().state().slice(2);
    for (const [place, left] of [
      [0, 0],
      [31, 1],
      [30, 2],
    ] as const) {
      const severity = new SteadySeverity([place, ...before]);
      for (let i = 0; i < left; i++) severity.learn(4, true);
      assert.deepEqual(severity.state().slice(2), before);
      severity.learn(4, true);
      assert.notDeepEqual(severity.state().slice(2), before);
    }
  });
});
