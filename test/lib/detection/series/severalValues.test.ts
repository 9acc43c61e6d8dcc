import assert from 'node:assert/strict';
import { SeriesDetector, type DetectorOptions } from '../../../../lib/detection/series/SeriesDetector';
import { noise } from '../../../helpers/noise';

const minute = 60_000;
const several: DetectorOptions = { names: ['cpu', 'disk', 'net'], size: 'compact' };

describe('the detector of a series of several values', () => {
  const choices = ['skip', 'zero', 'previous', 'expected', 'linear', 'forest'] as const;
  /** Three values that follow a load, minute by minute. */
  const together = () => {
    const random = noise(5);
    return () => {
      const load = 3 * random();
      return [100 + load, 50 + load + 0.3 * random(), 10 + random()];
    };
  };
  const follows = (missing: DetectorOptions['missing'], count = 3000) => {
    const detector = new SeriesDetector({ ...several, missing });
    const next = together();
    for (let i = 0; i < count; i++) detector.process(i * minute, next());
    return { detector, next, at: count * minute };
  };

  it('judges records by what came of them, whatever stands in for the rest', () => {
    for (const missing of choices) {
      const { detector, next, at } = follows(missing);
      let verdict = detector.process(at, next());
      for (let i = 1; i < 6; i++) verdict = detector.process(at + i * minute, [NaN, next()[1]!, 40]);
      const { attribution, severity } = verdict;
      assert.ok(severity > 75, missing);
      if (missing === 'zero') continue;
      assert.ok(attribution!.cpu!.score < attribution!.net!.score, missing);
      assert.ok(attribution!.net!.score > 0.5 * verdict.score, missing);
    }
  });

  it('finds nothing strange in what stands in, but for zeros, nor in what comes after it', () => {
    for (const missing of choices) {
      const { detector, next, at } = follows(missing);
      const verdicts = Array.from({ length: 400 }, (_, i) => {
        const values = next();
        if (i < 200) values[0] = NaN;
        return detector.process(at + i * minute, values);
      });
      const highest = Math.max(...verdicts.map(({ severity }) => severity));
      assert.equal(highest >= 75, missing === 'zero', `${missing}: ${highest}`);
    }
  });

  it('judges the same of a record, whichever of the others stands in', () => {
    const scores = (['skip', 'previous', 'expected', 'linear', 'forest'] as const).map((missing) => {
      const { detector, next, at } = follows(missing, 500);
      return Array.from({ length: 50 }, (_, i) => {
        const values = next();
        values[i % 3] = NaN;
        return detector.process(at + i * minute, values).score;
      });
    });
    for (const each of scores) assert.deepEqual(each, scores[0]);
  });

  /** What is expected of the first value after it was missing for so many records, and another one rose meanwhile. */
  const expectedAfter = (missing: DetectorOptions['missing'], records: number, end: number, rise = 0) => {
    const { detector, next, at } = follows(missing);
    for (let i = 0; i < records; i++) {
      const [, disk, net] = next();
      detector.process(at + i * minute, [NaN, disk! + rise, net!]);
    }
    const [, disk, net] = next();
    detector.process(at + records * minute, [end, disk!, net!]);
    return detector.process(at + (records + 1) * minute, next()).expected!.cpu!.value;
  };

  it('learns of each value the line over its own gap', () => {
    assert.ok(expectedAfter('linear', 20, 104) > expectedAfter('skip', 20, 104) + 0.01);
    assert.equal(expectedAfter('linear', 70, 104), expectedAfter('skip', 70, 104));
  });

  it('takes from the forest what is likely beside the values that came', () => {
    const likely = expectedAfter('forest', 20, 100, 9);
    assert.ok(likely > expectedAfter('skip', 20, 100, 9) + 1);
    assert.ok(Math.abs(likely - 103) < 3);
  });

  it('fills nothing in for a value that never came', () => {
    for (const missing of ['previous', 'expected', 'linear', 'forest'] as const) {
      const detector = new SeriesDetector({ ...several, missing });
      const next = together();
      for (let i = 0; i < 300; i++) {
        const { score } = detector.process(i * minute, [NaN, ...next().slice(1)]);
        assert.ok(Number.isFinite(score));
      }
      const nothing = detector.process(300 * minute, [NaN, NaN, NaN]);
      assert.equal(nothing.score, 0);
    }
  });

  it('tells at most once that a value comes that never came before, and later what is strange of it', () => {
    const detector = new SeriesDetector(several);
    const next = together();
    const verdicts = Array.from({ length: 4000 }, (_, i) => {
      const [cpu, disk, net] = next();
      return detector.process(i * minute, [i < 2000 ? NaN : cpu!, disk!, net!]);
    });
    const alarms = verdicts.flatMap(({ isAnomaly }, i) => (isAnomaly && i >= 2000 ? [i] : []));
    assert.ok(alarms.length <= 1, alarms.join());
    const highest = Math.max(...verdicts.slice(3000).map((verdict) => verdict.severity));
    assert.ok(highest < 75, `${highest}`);
    let severity = 0;
    for (let i = 0; i < 5; i++) {
      const [, disk, net] = next();
      ({ severity } = detector.process((4000 + i) * minute, [200, disk!, net!]));
    }
    assert.ok(severity > 75);
  });

  it('goes on from a state within gaps', () => {
    const { detector, next, at } = follows('linear', 500);
    const gappy = (i: number) => next().map((value, d) => ((i + d) % 4 < 2 ? NaN : value));
    for (let i = 0; i < 10; i++) detector.process(at + i * minute, gappy(i));
    const copy = new SeriesDetector({ ...several, missing: 'linear' }, detector.state());
    for (let i = 10; i < 30; i++) {
      const values = gappy(i);
      assert.deepEqual(copy.process(at + i * minute, values), detector.process(at + i * minute, values));
    }
    assert.deepEqual(copy.state(), detector.state());
  });

  it('tells once of a level that changes for good, and scores it as usual records from 2000 on', () => {
    for (const by of [20, 2000]) {
      const { detector, next, at } = follows('skip', 6000);
      const usual = Array.from({ length: 300 }, (_, i) => detector.process(at + i * minute, next()).score);
      const verdicts = Array.from({ length: 2500 }, (_, i) => {
        const [cpu, disk, net] = next();
        return detector.process(at + (300 + i) * minute, [cpu!, disk!, net! + by]);
      });
      assert.ok(verdicts[0]!.score > Math.max(...usual));
      const alarms = verdicts.flatMap(({ isAnomaly }, i) => (isAnomaly ? [i] : []));
      assert.ok(alarms.length >= 1 && alarms.every((i) => i < 60), alarms.join());
      const mean = (scores: readonly number[]) => scores.reduce((a, b) => a + b) / scores.length;
      const after = mean(verdicts.slice(2000).map(({ score }) => score));
      assert.ok(after < Math.max(...usual), `${after} after ${Math.max(...usual)}`);
    }
  });
});
