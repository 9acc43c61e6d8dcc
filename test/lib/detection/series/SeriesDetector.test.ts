import assert from 'node:assert/strict';
import fc from 'fast-check';
import { numbersOf, pack, packNumbers, unpack } from '../../../../lib/detection/series/packing';
import { SeriesDetector, type DetectorOptions } from '../../../../lib/detection/series/SeriesDetector';
import { noise, uniformNoise } from '../../../helpers/noise';

const minute = 60_000;
const hour = 60 * minute;

describe('the detector of a series', () => {
  const one: DetectorOptions = { names: ['load'], size: 'compact' };
  const several: DetectorOptions = { names: ['cpu', 'disk', 'net'], size: 'compact' };
  const trained = (count: number, options = one) => {
    const detector = new SeriesDetector(options);
    const random = noise(1);
    for (let i = 0; i < count; i++) {
      const load = random();
      detector.process(
        i * minute,
        options.names.map((_, d) => 10 + load + d * random()),
      );
    }
    return detector;
  };

  /** What the detector expects at an hour, which it is asked for with a record of it. */
  const expectedNext = (detector: SeriesDetector, at: number) =>
    detector.process(at * hour, [75]).expected!.load!.value;

  it('calls a value far from all others an anomaly, says where it lies and what was expected', () => {
    const verdict = trained(2000).process(2000 * minute, [30]);
    assert.equal(verdict.isAnomaly, true);
    assert.equal(verdict.direction, 'HIGH');
    assert.ok(verdict.severity > 75);
    const { value, lower, upper } = verdict.expected!.load!;
    assert.ok(lower < value && value < upper && upper < 14 && Math.abs(value - 10) < 1.5);
    assert.equal(trained(2000).process(2000 * minute, [-10]).direction, 'LOW');
  });

  it('blames the value of several that is to blame, with parts that sum to the score', () => {
    const detector = trained(2000, several);
    for (let i = 0; i < 9; i++) detector.process((2000 + i) * minute, [10, 40, 10]);
    const { attribution, score } = detector.process(2009 * minute, [10, 40, 10]);
    const parts = Object.values(attribution!).map((each) => each.score);
    assert.ok(Math.abs(parts.reduce((a, b) => a + b) - score) < 1e-9);
    assert.ok(attribution!.disk!.score > 0.6 * score);
    assert.equal(attribution!.disk!.direction, 'HIGH');
  });

  it('says how many records ago what is strange happened, and what it was', () => {
    const detector = trained(2000, several);
    const random = noise(7);
    const usual = () => {
      const load = random();
      return [10 + load, 10 + load + random(), 10 + load + 2 * random()];
    };
    const glitch = detector.process(2000 * minute, [10, 400, 10]);
    assert.equal(glitch.lag, 0);
    assert.equal(glitch.attributionAtLag, undefined);
    for (let lag = 1; lag < 5; lag++) {
      const verdict = detector.process((2000 + lag) * minute, usual());
      assert.equal(verdict.lag, lag);
      const { cpu, disk, net } = verdict.attributionAtLag!;
      assert.ok(disk!.score > cpu!.score + net!.score);
      assert.equal(disk!.direction, 'HIGH');
      assert.ok(disk!.score <= verdict.attribution!.disk!.score);
    }
    for (let i = 0; i < 60; i++) detector.process((2010 + i) * minute, usual());
    assert.ok(detector.process(2070 * minute, usual()).lag < 16);
  });

  it('speaks of one value as it is now', () => {
    const detector = trained(2000);
    for (const value of [30, 10, 10, 11]) {
      const { lag, attributionAtLag } = detector.process(2000 * minute, [value]);
      assert.deepEqual({ lag, attributionAtLag }, { lag: 0, attributionAtLag: undefined });
    }
  });

  it('finds a usual value at an unusual hour', () => {
    const detector = new SeriesDetector({ names: ['visits'], timeZone: 'Europe/Berlin' });
    const random = noise(3);
    const usual = (i: number) => (i % 24 < 12 ? 20 : 120) + 3 * random();
    for (let i = 0; i < 24 * 60; i++) detector.process(i * hour, [usual(i)]);
    const first = 24 * 60 * hour;
    const night = detector.process(first, [120]).severity;
    const noon = detector.process(first + 12 * hour, [120]).severity;
    assert.ok(night > 50 && noon < 25, `${night} and ${noon}`);
  });

  it('says what should have been for as long as an outage lasts, and again afterwards', () => {
    for (const size of ['full', 'compact'] as const) {
      const detector = new SeriesDetector({ names: ['orders'], size });
      const random = noise(4);
      const usual = (i: number) =>
        (Math.floor(i / 24) % 7 < 5 ? 300 : 200) + 150 * Math.sin((2 * Math.PI * i) / 24);
      const first = 24 * 7 * 5 + 6;
      for (let i = 0; i < first + 48; i++) {
        const isOut = i >= first && i < first + 10;
        const { expected } = detector.process(i * hour, [isOut ? 0 : usual(i) + 5 * random()]);
        if (i < first) continue;
        const { value, lower } = expected!.orders!;
        assert.ok(Math.abs(value - usual(i)) < 40, `hour ${i - first}: ${value} instead of ${usual(i)}`);
        assert.ok(lower >= 0);
      }
      detector.free();
    }
  });

  it('says how the values lie, and of rare counts that they have not come for long', () => {
    const detector = new SeriesDetector(one);
    const uniform = uniformNoise(6);
    for (let i = 0; i < 5000; i++) detector.process(i * minute, [uniform() < 0.1 ? 1 : 0]);
    assert.deepEqual(detector.shapes, ['sparse']);
    const silence = Array.from({ length: 400 }, (_, i) => detector.process((5000 + i) * minute, [0]));
    const [first] = silence.filter(({ isAnomaly }) => isAnomaly);
    assert.equal(first?.direction, 'LOW');
    assert.deepEqual(trained(200).shapes, ['plain']);
    assert.deepEqual(trained(200, several).shapes, ['plain', 'plain', 'plain']);
  });

  it('finds what is next to nothing among bytes by the million', () => {
    const detector = new SeriesDetector({ names: ['bytes'] });
    const random = noise(7);
    for (let i = 0; i < 5000; i++) detector.process(i * minute, [1e6 * Math.exp(random())]);
    assert.deepEqual(detector.shapes, ['skewed']);
    const { isAnomaly, direction } = detector.process(5000 * minute, [20]);
    assert.deepEqual([isAnomaly, direction], [true, 'LOW']);
  });

  it('raises no more alarms than ever after the shape is found to be another', () => {
    const detector = new SeriesDetector(one);
    const random = noise(10);
    let found = Infinity;
    const alarms: number[] = [];
    for (let i = 0; i < 20_000; i++) {
      // What lies close together widens until ratios say more.
      const width = Math.min(1, i / 10_000);
      const { isAnomaly } = detector.process(i * minute, [1000 * Math.exp(width * random())]);
      if (detector.shapes[0] === 'skewed') found = Math.min(found, i);
      if (isAnomaly) alarms.push(i);
    }
    assert.ok(found < 20_000);
    const soon = alarms.filter((i) => i > found && i < found + 500);
    assert.ok(soon.length <= 1, `from ${found} on: ${soon.join()}`);
  });

  it('tells a thing once', () => {
    const detector = trained(2000);
    const verdicts = [2000, 2001, 2002].map((i) => detector.process(i * minute, [30]));
    assert.deepEqual(
      verdicts.map(({ isAnomaly }) => isAnomaly),
      [true, false, false],
    );
    assert.equal(verdicts[1]!.isNews, false);
  });

  it('says why a strange record is no anomaly', () => {
    const low = trained(2000, { ...one, direction: 'low' });
    assert.equal(low.process(2000 * minute, [30]).suppressed, 'direction');
    assert.equal(low.process(2001 * minute, [-30]).isAnomaly, true);
    const flat = new SeriesDetector(one);
    for (let i = 0; i < 2000; i++) flat.process(i * minute, [45]);
    assert.equal(flat.process(2000 * minute, [45.01]).suppressed, 'minimum-change');
  });

  it('says nothing while it learns', () => {
    const verdict = trained(50).process(50 * minute, [30]);
    const warmup = { seen: 51, needed: 100 };
    assert.deepEqual(verdict, { score: 0, severity: 0, isNews: false, isAnomaly: false, lag: 0, warmup });
    assert.equal(trained(100).process(100 * minute, [10]).warmup, undefined);
  });

  it('goes on from its state bit by bit, whether it judged or learned', () => {
    const rare = (value: number) => (value > 10 ? value : 0);
    const large = (value: number) => Math.exp(value);
    const same = (value: number) => value;
    for (const [options, shaped] of [
      [one, same],
      [one, rare],
      [one, large],
      [several, same],
    ] as const) {
      const detector = trained(700, options);
      const random = noise(2);
      for (let i = 0; i < 700; i++)
        detector.learn(
          i * minute,
          options.names.map(() => shaped(8 + random())),
        );
      const copy = new SeriesDetector(options, detector.state());
      for (let i = 700; i < 900; i++) {
        const values = options.names.map(() => shaped(10 + 3 * random()));
        const verdict = detector.process(i * minute, values);
        if (i < 800) copy.learn(i * minute, values);
        else assert.deepEqual(copy.process(i * minute, values), verdict);
      }
      assert.deepEqual(copy.state(), detector.state());
    }
  });

  it('goes on from a state that lies anywhere in the memory of a Buffer', () => {
    const state = trained(300).state();
    const around = Buffer.concat([Buffer.from('odd'), state, Buffer.from('more')]);
    const copy = new SeriesDetector(one, around.subarray(3, 3 + state.length));
    assert.deepEqual(copy.state(), state);
  });

  it('goes on from a state of when one record of 32 was learned of bursts', () => {
    const detector = trained(2000);
    const pieces = unpack(3, detector.state());
    const severity = numbersOf(pieces[2]!);
    pieces[2] = packNumbers([0, ...severity.slice(2)]);
    const copy = new SeriesDetector(one, pack(3, pieces));
    for (let i = 2000; i < 2100; i++) {
      const values = [10 + (i % 3)];
      assert.deepEqual(copy.process(i * minute, values), detector.process(i * minute, values));
    }
  });

  it('refuses a state that is damaged, or of another detector', () => {
    const state = trained(10).state();
    assert.throws(() => new SeriesDetector({ names: ['a'] }, state), /must be of .*"a".*got one of .*"load"/);
    assert.throws(() => new SeriesDetector(one, state.slice(0, 8)), /at least 16 bytes/);
    assert.throws(() => new SeriesDetector(one, new Uint8Array(64)), /must begin with/);
    const newer = state.slice();
    newer[4]! += 1;
    assert.throws(() => new SeriesDetector(one, newer), /version/);
    state[300]! ^= 1;
    assert.throws(() => new SeriesDetector(one, state), /checksum/);
  });

  it('refuses what is infinite or missing, naming it, and has learned nothing then', () => {
    const detector = trained(10, several);
    const before = detector.state();
    assert.throws(
      () => detector.process(0, [1, -Infinity, 1]),
      /disk must be a finite number.*got -Infinity/,
    );
    assert.throws(() => detector.process(NaN, [1, 1, 1]), /time must be a finite number/);
    assert.throws(() => detector.process(0, [1, 1]), /a record must have 3 values, got 2/);
    assert.throws(() => new SeriesDetector({ names: [] }), /names/);
    assert.deepEqual(detector.state(), before);
  });

  it('judges records without some of their values by the others, and none without any', () => {
    const detector = trained(2000, several);
    for (let i = 0; i < 4; i++) detector.process((2000 + i) * minute, [NaN, 40, 10]);
    assert.ok(detector.process(2004 * minute, [NaN, 40, 10]).severity > 75);
    const state = detector.state();
    assert.equal(detector.process(2005 * minute, [NaN, NaN, NaN]).score, 0);
    assert.deepEqual(detector.state(), state);
  });

  /** A detector that has seen a month of a daily wave, hourly, and then nothing for some hours. */
  const withGap = (missing: DetectorOptions['missing'], hours = 6) => {
    const detector = new SeriesDetector({ ...one, missing });
    const random = noise(12);
    const wave = (i: number) => 100 + 50 * Math.sin((2 * Math.PI * i) / 24) + random();
    const first = 24 * 30 + 12;
    let last = 0;
    for (let i = 0; i < first; i++) detector.process(i * hour, [(last = wave(i))]);
    const times = Array.from({ length: hours }, (_, i) => (first + i) * hour + (i % 2) * minute);
    const verdicts = times.map((time) => detector.process(time, [NaN]));
    return { detector, last, times, verdicts, wave, next: first + hours };
  };

  it('judges zeros in the place of what is missing, and nothing else that is made up', () => {
    assert.ok(withGap('zero').verdicts[0]!.isAnomaly);
    for (const missing of ['skip', 'previous', 'expected', 'linear', 'forest'] as const) {
      const { detector, next, verdicts, wave } = withGap(missing, 30);
      assert.ok(
        verdicts.every(({ score, severity }) => score === 0 && severity === 0),
        missing,
      );
      const after = Array.from({ length: 48 }, (_, i) =>
        detector.process((next + i) * hour, [wave(next + i)]),
      );
      assert.equal(after.filter(({ isAnomaly }) => isAnomaly).length, 0, missing);
      assert.equal(detector.process((next + 48) * hour, [1000]).isAnomaly, true, missing);
    }
  });

  it('learns the line over a gap once the next value has come, as if it had been told of each', () => {
    const { detector, last, next, times } = withGap('linear', 2);
    const { detector: told } = withGap('skip', 0);
    const from = (next - 3) * hour;
    for (const time of times) {
      const along = (time - from) / (next * hour - from);
      told.process(time, [last + along * (75 - last)]);
    }
    const [lined, known] = [detector, told].map((each) => {
      each.process(next * hour, [75]);
      return expectedNext(each, next + 1);
    });
    assert.ok(Math.abs(lined! - known!) < 1e-6, `${lined} and ${known}`);
  });

  it('learns no line to a value that is strange, nor over a gap of days', () => {
    const after = (missing: DetectorOptions['missing'], hours: number, value: number) => {
      const { detector, next } = withGap(missing, hours);
      detector.process(next * hour, [value]);
      return detector.state();
    };
    assert.deepEqual(after('linear', 2, 1000), after('skip', 2, 1000));
    assert.deepEqual(after('linear', 74, 75), after('skip', 74, 75));
    assert.notDeepEqual(after('linear', 2, 75), after('skip', 2, 75));
  });

  it('goes on from a state within a gap', () => {
    const { detector, next } = withGap('linear', 2);
    const copy = new SeriesDetector({ ...one, missing: 'linear' }, detector.state());
    for (const each of [detector, copy]) each.process(next * hour, [75]);
    assert.deepEqual(copy.state(), detector.state());
  });

  it('takes a change over a gap in time for nothing sudden', () => {
    const drifted = (gap: number, interval?: number) => {
      const detector = new SeriesDetector({ ...one, interval });
      for (let i = 0; i < 1000; i++) detector.process(i * minute, [(i % 50) + (i % 2)]);
      return detector.process(1000 * minute + gap, [45]).score;
    };
    assert.ok(drifted(0) > drifted(24 * hour) + 1);
    assert.ok(drifted(24 * hour, 24 * hour) > drifted(24 * hour) + 1);
  });

  it('gives finite verdicts whatever comes', () => {
    const value = fc.oneof(
      fc.double({ noDefaultInfinity: true }),
      fc.integer({ min: -3, max: 3 }),
      fc.constantFrom(1e300, -1e300, 0, 5),
    );
    const record = fc.tuple(fc.integer({ min: -1000, max: 100_000_000 }), value, value, value);
    fc.assert(
      fc.property(fc.array(record, { minLength: 120, maxLength: 160 }), fc.boolean(), (records, isOne) => {
        const detector = new SeriesDetector(isOne ? one : several);
        for (const [time, ...values] of records) {
          const { score, severity, attribution } = detector.process(
            time,
            isOne ? values.slice(0, 1) : values,
          );
          const parts = Object.values(attribution ?? {}).map((each) => each.score);
          assert.ok([score, severity, ...parts].every((each) => Number.isFinite(each) && each >= 0));
        }
        detector.free();
      }),
      { numRuns: 30 },
    );
  });

  it('keeps its memory within what is promised', () => {
    const random = noise(8);
    for (const [size, dimensions, most] of [
      ['full', 1, 8e6],
      ['full', 38, 8e6],
      ['compact', 1, 160e3],
      ['compact', 38, 300e3],
    ] as const) {
      const detector = new SeriesDetector({
        names: Array.from({ length: dimensions }, (_, d) => `m${d}`),
        size,
      });
      for (let i = 0; i < 6000; i++) detector.learn(i * minute, Array.from({ length: dimensions }, random));
      assert.ok(detector.byteLength <= most, `${size} of ${dimensions}: ${detector.byteLength}`);
      detector.free();
    }
  });
});
