import assert from 'node:assert/strict';
import { SeriesDetector } from '../../../../lib/detection/series/SeriesDetector';
import { RandomCutForest } from '../../../../lib/random-cut-forest';
import { noise } from '../../../helpers/noise';
import { shapes } from '../../../helpers/shapes';
import { developmentKinds, validationKinds } from '../../../helpers/machines/kinds';
import { simulatedMachine } from '../../../helpers/machines/simulatedMachine';
import { averagePrecision, cloudMetrics, machineMetrics } from '../../../helpers/labelledSeries';

describe('the quality of the detector of a series', () => {
  /** After an event its last effects are no false alarm. */
  const after = 12;

  it('finds the events of metrics that look nothing like one another, with few false alarms', () => {
    let found = 0;
    let events = 0;
    let falseAlarms = 0;
    let records = 0;
    for (const seed of [1, 2]) {
      for (const series of cloudMetrics(seed)) {
        const detector = new SeriesDetector({ names: ['value'], size: 'compact' });
        const alarms = series.times.flatMap((time, i) =>
          detector.process(time, series.records[i]!).isAnomaly ? [i] : [],
        );
        const inside = (i: number, [first, last]: readonly [number, number]) =>
          i >= first && i <= last + after;
        found += series.events.filter((event) => alarms.some((i) => inside(i, event))).length;
        falseAlarms += alarms.filter((i) => !series.events.some((event) => inside(i, event))).length;
        events += series.events.length;
        records += series.times.length;
      }
    }
    assert.ok(found >= 0.9 * events, `${found} of ${events} events`);
    assert.ok(falseAlarms <= records / 500, `${falseAlarms} false alarms in ${records} records`);
  });

  it('ranks the records of long events of a machine far above a forest of its raw metrics', () => {
    const series = machineMetrics(5, 19, 4000);
    const detector = new SeriesDetector({ names: series.records[0]!.map((_, d) => `m${d}`) });
    const forest = new RandomCutForest({ dimensions: 19 });
    const scores = series.times.map((time, i) => detector.process(time, series.records[i]!).score);
    const plain = series.records.map((record) => forest.scoreAndUpdate(record));
    detector.free();
    const [ours, theirs] = [averagePrecision(scores, series, 500), averagePrecision(plain, series, 500)];
    assert.ok(ours > 0.9 && ours > theirs + 0.4, `${ours} against ${theirs}`);
  });

  it('ranks long events of machines with metrics of every kind far above a forest of their raw metrics', () => {
    const kinds = Object.values({ ...developmentKinds, ...validationKinds });
    const found = kinds.map((kind, seed) => {
      const series = simulatedMachine(kind, { seed: 40 + seed, metrics: 19, length: 5000 });
      const detector = new SeriesDetector({
        names: series.records[0]!.map((_, d) => `m${d}`),
        size: 'compact',
      });
      const forest = new RandomCutForest({ dimensions: 19, numberOfTrees: 30 });
      const scores = series.times.map((time, i) => detector.process(time, series.records[i]!).score);
      const plain = series.records.map((record) => forest.scoreAndUpdate(record.map((value) => value || 0)));
      detector.free();
      forest.free();
      return [averagePrecision(scores, series, 100), averagePrecision(plain, series, 100)];
    });
    const [ours, theirs] = [0, 1].map((m) => found.reduce((sum, each) => sum + each[m]!, 0) / found.length);
    assert.ok(ours! > 0.3 && ours! > 1.4 * theirs!, `${ours} against ${theirs}`);
  });

  it('gives severities of several values that are about as rare as they say', () => {
    for (const name of ['normal noise', 'lognormal', 'sparse counts', 'an autoregressive series']) {
      const next = [1, 2, 3, 4, 5].map((seed) => shapes[name]!(seed));
      const detector = new SeriesDetector({ names: next.map((_, d) => `m${d}`), size: 'compact' });
      const judged = Array.from({ length: 20_000 }, (_, i) =>
        detector.process(
          i * 300_000,
          next.map((value) => value()),
        ),
      ).slice(500);
      detector.free();
      for (const [severity, share, most] of [
        [25, 0.1, 1.8],
        [50, 0.01, 2.5],
        [75, 0.001, 4],
      ] as const) {
        const times = judged.filter((each) => each.severity >= severity).length / judged.length / share;
        assert.ok(times < most && times > 0.4, `${name}: ${times} times as often from ${severity} on`);
      }
      const alarms = judged.filter(({ isAnomaly }) => isAnomaly).length;
      assert.ok(alarms <= 0.0015 * judged.length, `${name}: ${alarms} alarms`);
    }
  });

  /** What hangs together for long, and what has extreme values. Where scores waver slowest, one run may hold all from 100 on. */
  for (const [name, dimensions, judged, highest] of [
    ['a walk drawn back', 1, 100_000, 90],
    ['heavy tails', 1, 100_000, 90],
    ['an autoregressive series', 5, 50_000, 90],
    ['days and weeks', 5, 100_000, 90],
    ['heavy tails', 2, 100_000, 100],
  ] as const) {
    it(`says in the long run how rare records are, within a factor of two, and where nine of ten lie: ${dimensions} of ${name}`, function () {
      this.timeout(60_000);
      const next = Array.from({ length: dimensions }, (_, d) => shapes[name]!(3 + 100 * d));
      const detector = new SeriesDetector({ names: next.map((_, d) => `m${d}`), size: 'compact' });
      const learning = 10_000;
      let expected = 0;
      const severities = Array.from({ length: learning + judged }, (_, i) => {
        const values = next.map((value) => value());
        const verdict = detector.process(i * 300_000, values);
        const band = verdict.expected?.m0;
        if (i >= learning && values[0]! >= band!.lower && values[0]! <= band!.upper) expected++;
        return verdict.severity;
      });
      detector.free();
      assert.ok(Math.abs(expected / judged - 0.9) < 0.02, `${expected} of ${judged} within the band`);
      for (const [severity, share] of [
        [25, 0.1],
        [50, 0.01],
        [75, 0.001],
        [90, 10 ** -3.6],
        [100, 0.0001],
      ] as const) {
        if (severity > highest) continue;
        const seen = severities.slice(learning).filter((each) => each >= severity).length / judged / share;
        assert.ok(seen > 0.5 && seen < 2, `${seen} times as often from ${severity} on`);
      }
    });
  }

  it('gives severities that are as rare as they say while nothing is wrong', () => {
    const data: Record<string, (random: () => number) => number> = {
      normal: (random) => 10 + random(),
      lognormal: (random) => Math.exp(random()),
      counts: (random) => Math.floor(Math.abs(3 * random())),
    };
    for (const [name, next] of Object.entries(data)) {
      const random = noise(9);
      const detector = new SeriesDetector({ names: ['value'], size: 'compact' });
      const severities = Array.from(
        { length: 20_000 },
        (_, i) => detector.process(i * 60_000, [next(random)]).severity,
      );
      for (const [severity, share] of [
        [25, 0.1],
        [50, 0.01],
      ] as const) {
        const seen = severities.slice(500).filter((each) => each >= severity).length / 19_500;
        assert.ok(seen > share / 2 && seen < 2 * share, `${name}: ${seen} from ${severity} on`);
      }
    }
  });

  it('calls no more records strange than its severities say, and nine of ten expected, whatever the data', () => {
    for (const [name, shape] of Object.entries(shapes)) {
      const next = shape(1);
      const detector = new SeriesDetector({ names: ['value'], size: 'compact' });
      const values = Array.from({ length: 20_000 }, next);
      const verdicts = values.map((value, i) => detector.process(i * 300_000, [value]));
      const judged = verdicts.slice(500);
      const within = judged.filter(({ expected }, i) => {
        const { lower, upper } = expected!.value!;
        return values[500 + i]! >= lower && values[500 + i]! <= upper;
      }).length;
      assert.ok(Math.abs(within / judged.length - 0.9) < 0.02, `${name}: ${within} within the band`);
      for (const [severity, share] of [
        [25, 0.1],
        [50, 0.01],
        [75, 0.001],
      ] as const) {
        const seen = judged.filter((each) => each.severity >= severity).length / judged.length;
        assert.ok(seen < 2 * share, `${name}: ${seen} from ${severity} on`);
      }
      const alarms = judged.filter(({ isAnomaly }) => isAnomaly).length;
      assert.ok(alarms <= 0.0015 * judged.length, `${name}: ${alarms} alarms`);
      detector.free();
    }
  });
});
