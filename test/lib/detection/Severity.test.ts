import assert from 'node:assert/strict';
import { anomalySeverity, Severity } from '../../../lib/detection/Severity';
import { RandomCutForest } from '../../../lib/random-cut-forest';
import { noise, uniformNoise } from '../../helpers/noise';

describe('severity', () => {
  const feed = (severity: Severity, count: number, next: () => number) =>
    Array.from({ length: count }, () => {
      const score = next();
      const seen = severity.of(score);
      severity.learn(score);
      return seen;
    });
  const part = (severities: readonly number[], from: number) =>
    severities.filter((each) => each >= from).length / severities.length;
  /** Exponential scores: the tail that the scale is exact for. */
  const exponential = (seed: number, mean = 0.3) => {
    const uniform = uniformNoise(seed);
    return () => 0.6 - mean * Math.log(uniform());
  };

  it('means what its table says: 25 one in 10, 50 one in 100, 75 one in 1000, 100 one in 10000', () => {
    const severities = feed(new Severity(), 200_000, exponential(1)).slice(20_000);
    for (const [limit, expected] of [
      [12.5, 0.316],
      [25, 0.1],
      [50, 0.01],
      [75, 0.001],
      [100, 0.0001],
    ] as const) {
      const seen = part(severities, limit);
      assert.ok(seen > expected / 1.6 && seen < expected * 1.6, `${limit}: ${seen}, not ${expected}`);
    }
  });

  it('means the same for forests of other sizes and widths', () => {
    for (const options of [
      { dimensions: 1, subSampleSize: 12 },
      { dimensions: 1, subSampleSize: 256 },
      { dimensions: 3, subSampleSize: 64 },
    ]) {
      const forest = new RandomCutForest({ numberOfTrees: 30, ...options });
      const random = noise(2);
      const next = () => forest.scoreAndUpdate(Array.from({ length: options.dimensions }, random));
      for (let i = 0; i < 300; i++) next();
      const severities = feed(new Severity(), 10_000, next).slice(1000);
      const common = part(severities, 25);
      const rare = part(severities, 50);
      assert.ok(common > 0.06 && common < 0.16, `${JSON.stringify(options)}: ${common} from 25`);
      assert.ok(rare > 0.002 && rare < 0.025, `${JSON.stringify(options)}: ${rare} from 50`);
      assert.ok(part(severities, anomalySeverity) < 0.006);
    }
  });

  it('rises with the score and stays within 0 and 100', () => {
    const severity = new Severity();
    feed(severity, 1000, exponential(3));
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
    assert.equal(severity.of(0.8), 0);
    assert.ok(severity.of(3) >= anomalySeverity);
  });

  it('is not lulled by one extreme score', () => {
    const severity = new Severity();
    feed(severity, 500, exponential(4));
    const before = severity.of(2);
    severity.learn(8);
    assert.ok(severity.of(2) > before - 2, `${severity.of(2)} after ${before}`);
  });

  it('forgets: what was usual once becomes rare again, and the other way round', () => {
    const severity = new Severity(500);
    feed(severity, 3000, exponential(5, 0.1));
    const high = severity.of(2);
    feed(severity, 5000, exponential(6, 1));
    assert.ok(severity.of(2) < high / 2);
    feed(severity, 5000, exponential(7, 0.1));
    assert.ok(severity.of(2) > 0.9 * high);
  });

  it('stays finite over very many scores', () => {
    const severity = new Severity(10);
    feed(severity, 5000, exponential(8));
    assert.ok(severity.of(1) > 0 && severity.of(1) < 100);
  });

  it('goes on from its state, kept as JSON, as if nothing had happened', () => {
    const original = new Severity(500);
    feed(original, 1000, exponential(8));
    const copy = Severity.from(JSON.parse(JSON.stringify(original.state())) as number[]);
    assert.deepEqual(feed(copy, 1000, exponential(9)), feed(original, 1000, exponential(9)));
    assert.deepEqual(copy.state(), original.state());
  });

  it('refuses what is no state', () => {
    assert.throws(() => Severity.from([1, 2]), /the state of a severity must be 261 finite numbers/);
    assert.throws(() => Severity.from(new Severity().state().fill(NaN)), /261 finite numbers/);
  });
});
