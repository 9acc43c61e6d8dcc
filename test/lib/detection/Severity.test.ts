import assert from 'node:assert/strict';
import fc from 'fast-check';
import { anomalySeverity, Severity } from '../../../lib/detection/Severity';
import { RandomCutForest, type ForestOptions } from '../../../lib/random-cut-forest';
import { noise, uniformNoise } from '../../helpers/noise';
import { shapes, type Shape } from '../../helpers/shapes';

function feed(severity: Severity, scores: Iterable<number>): number[] {
  return Array.from(scores, (score) => {
    const seen = severity.of(score);
    severity.learn(score);
    return seen;
  });
}

function part(severities: readonly number[], from: number): number {
  return severities.filter((each) => each >= from).length / severities.length;
}

/** Exponential scores. */
function* exponential(count: number, seed: number, mean = 0.3): Generator<number> {
  const uniform = uniformNoise(seed);
  for (let i = 0; i < count; i++) yield 0.6 - mean * Math.log(uniform());
}

/** What a forest makes of a series in which nothing is wrong. */
function scoresOf(shape: Shape, options: Partial<ForestOptions>, count: number): Float64Array {
  const { dimensions = 1 } = options;
  const forest = new RandomCutForest({ dimensions, ...options });
  const values = Array.from({ length: dimensions }, (_, d) => shape(1 + 77 * d));
  const records = Float64Array.from({ length: count * dimensions }, (_, i) => values[i % dimensions]!());
  const scores = new Float64Array(count);
  forest.scoreAndUpdateAll(records, scores);
  const { needed } = forest;
  forest.free();
  return scores.subarray(needed);
}

describe('severity', () => {
  const forests = {
    'of samples of 12': { numberOfTrees: 100, subSampleSize: 12 },
    'of samples of 256': { numberOfTrees: 100, subSampleSize: 256 },
    'of shingles of 8': { numberOfTrees: 50, subSampleSize: 256, shingleSize: 8 },
    'of ten fields': { numberOfTrees: 30, subSampleSize: 256, dimensions: 10, timeDecay: 2560 },
    'of one tree': { numberOfTrees: 1, subSampleSize: 256 },
    'of samples of 1,000': { numberOfTrees: 15, subSampleSize: 1000 },
    'of shingles of 4': { numberOfTrees: 20, subSampleSize: 128, shingleSize: 4 },
  };
  /** Series that take few different values have heaps of equal scores; of one or the other side of a heap is all a rung can be. */
  const heaped = new Set(['sparse counts']);

  for (const [i, [name, shape]] of Object.entries(shapes).entries()) {
    const [forestName, options] = Object.entries(forests)[i % 7]!;
    it(`means what its table says in a forest ${forestName} on ${name}`, function () {
      this.timeout(60_000);
      const severities = feed(new Severity(), scoresOf(shape, options, 100_000));
      for (const [severity, share] of [
        [25, 0.1],
        [50, 0.01],
        [75, 0.001],
        [87.5, 10 ** -3.5],
      ] as const) {
        const seen = part(severities, severity);
        assert.ok(seen < 2 * share, `${severity}: ${seen}, not ${share}`);
        assert.ok(heaped.has(name) || seen > share / 2, `${severity}: ${seen}, not ${share}`);
      }
      // Ten records of 100,000 may be fewer by chance.
      assert.ok(part(severities, 100) < 0.0002, `100: ${part(severities, 100)}, not 0.0001`);
    });
  }

  it('calls few records of many short series anomalies, and in the end as few as it says', () => {
    const small = { numberOfTrees: 20, subSampleSize: 128, timeDecay: 10_000 };
    const names = ['normal noise', 'a sine and noise', 'an autoregressive series', 'counts'] as const;
    const series = Array.from({ length: 40 }, (_, seed) =>
      feed(
        new Severity(),
        scoresOf((its) => shapes[names[seed % 4]!]!(its + seed), small, 2500),
      ),
    );
    const alarms = (from: number, to: number) =>
      part(
        series.flatMap((severities) => severities.slice(from, to)),
        anomalySeverity,
      );
    assert.ok(alarms(0, 500) < 0.004, `${alarms(0, 500)} in the first 500`);
    assert.ok(alarms(500, 2300) > 0.0004 && alarms(500, 2300) < 0.002, `${alarms(500, 2300)} after that`);
  });

  it('means what its table says up to 100', () => {
    const severities = feed(new Severity(), exponential(1_000_000, 1));
    for (const [severity, share] of [
      [12.5, 0.316],
      [25, 0.1],
      [50, 0.01],
      [75, 0.001],
      [100, 0.0001],
    ] as const) {
      const seen = part(severities, severity);
      assert.ok(seen > share / 1.3 && seen < share * 1.3, `${severity}: ${seen}, not ${share}`);
    }
  });

  it('raises few alarms while its history is short', () => {
    let alarms = 0;
    for (let seed = 0; seed < 300; seed++) {
      const severities = feed(new Severity(), exponential(300, seed, 0.2 + (seed % 4) / 20));
      alarms += part(severities, anomalySeverity) * severities.length;
    }
    const usual = (300 * 300) / 1000;
    assert.ok(alarms < 3 * usual, `${alarms}, not ${usual}`);
  });

  it('rises with the score and stays within 0 and 100', () => {
    const severity = new Severity();
    feed(severity, exponential(1000, 3));
    let last = 0;
    for (let score = 0; score < 20; score += 0.01) {
      const next = severity.of(score);
      assert.ok(next >= last && next <= 100, `${next} after ${last} at ${score}`);
      last = next;
    }
    assert.equal(severity.of(0), 0);
    assert.equal(last, 100);
  });

  it('has a sensible scale before there is any history', () => {
    const severity = new Severity();
    assert.ok(severity.of(0.8) < 25);
    assert.ok(severity.of(3) >= anomalySeverity);
  });

  it('calls what lies far out an anomaly however short the history', () => {
    for (const records of [20, 100, 1000, 10_000]) {
      const severity = new Severity();
      feed(severity, exponential(records, 12, 0.1));
      assert.equal(severity.of(5), 100, `after ${records}`);
    }
  });

  it('is not lulled by one extreme score', () => {
    const severity = new Severity();
    feed(severity, exponential(2000, 4));
    const before = severity.of(2);
    severity.learn(8);
    assert.ok(severity.of(2) > before - 2, `${severity.of(2)} after ${before}`);
  });

  it('tells of an incident of ten records when the like has been told of before', () => {
    const severity = new Severity();
    feed(severity, exponential(5000, 4, 0.1));
    const incident = feed(severity, Array<number>(10).fill(5));
    assert.equal(incident[0], 100);
    assert.ok(Math.min(...incident) >= 90, `${incident}`);
    feed(severity, exponential(1000, 5, 0.1));
    assert.ok(severity.of(5) >= anomalySeverity, `${severity.of(5)}`);
  });

  it('calls a change for good an anomaly for some dozen records, not for ever', () => {
    const severity = new Severity();
    feed(severity, exponential(5000, 6));
    const changed = feed(
      severity,
      Array.from(exponential(10_000, 7), (score) => score + 3),
    );
    const alarms = changed.map((each) => each >= anomalySeverity);
    assert.ok(alarms[0]);
    assert.ok(alarms.filter(Boolean).length < 100, `${alarms.filter(Boolean).length} alarms`);
    assert.ok(part(changed.slice(5000), 50) < 0.02);
  });

  it('forgets: what was usual once becomes rare again', () => {
    const severity = new Severity(500);
    feed(severity, exponential(3000, 5, 0.1));
    const high = severity.of(1.2);
    feed(severity, exponential(5000, 6, 1));
    assert.ok(severity.of(1.2) < high / 2);
    feed(severity, exponential(10_000, 7, 0.1));
    assert.ok(severity.of(1.2) > 0.9 * high);
  });

  it('stays within its scale when every score is the same', () => {
    const severity = new Severity();
    const severities = feed(severity, Array<number>(50_000).fill(0.5));
    assert.ok(part(severities, anomalySeverity) < 0.001);
    assert.ok(severity.of(4) >= anomalySeverity && severity.of(0.4) < 25);
  });

  it('stays within five times the highest score whatever they are', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            score: fc.double({ min: 0, max: 16, noNaN: true }),
            times: fc.integer({ min: 1, max: 3000 }),
          }),
          { minLength: 1, maxLength: 8 },
        ),
        fc.integer({ min: 10, max: 10_000 }),
        (runs, memory) => {
          const severity = new Severity(memory);
          for (const { score, times } of runs) for (let i = 0; i < times; i++) severity.learn(score);
          const [, , ...levels] = severity.state();
          assert.ok(
            levels.every((level) => level > -16 && level < 5 * 16),
            `${levels}`,
          );
          assert.doesNotThrow(() => Severity.from(severity.state()));
        },
      ),
    );
  });

  it('goes on from its state, kept as JSON, as if nothing had happened', () => {
    const original = new Severity(500);
    feed(original, exponential(1000, 8));
    const copy = Severity.from(JSON.parse(JSON.stringify(original.state())) as number[]);
    assert.deepEqual(feed(copy, exponential(1000, 9)), feed(original, exponential(1000, 9)));
    assert.deepEqual(copy.state(), original.state());
  });

  it('takes over the levels of a histogram, as it was kept before', () => {
    const counts = Array<number>(256).fill(0);
    const random = noise(1);
    // 16 / 256 a bin
    for (let i = 0; i < 50_000; i++) counts[Math.max(0, Math.floor(16 * (2 + 0.2 * random())))]!++;
    const severity = Severity.from([10_000, 50_000, 1, 2.3, 0.1, ...counts]);
    assert.ok(Math.abs(severity.of(2 + 0.2 * 1.28) - 25) < 3);
    assert.ok(Math.abs(severity.of(2 + 0.2 * 2.33) - 50) < 4);
    assert.ok(severity.of(3) >= 99);
    assert.doesNotThrow(() => Severity.from(severity.state()));
  });

  it('begins anew from the histogram of a series without history', () => {
    const empty = Severity.from([10_000, 0, 1, 1.2, 0.3, ...Array<number>(256).fill(0)]);
    for (const score of [0.5, 1, 2, 3, 4]) assert.equal(empty.of(score), new Severity().of(score));
  });

  it('refuses what is no state', () => {
    assert.throws(() => Severity.from([1, 2]), /the state of a severity must be 10 finite numbers/);
    assert.throws(() => Severity.from(new Severity().state().fill(NaN)), /10 finite numbers/);
    assert.throws(() => Severity.from(new Severity().state().fill(2)), /the last 8 rising/);
  });
});
