import assert from 'node:assert/strict';
import type { GapFill } from '../../../../lib/detection/gaps/fill';
import { RegularSeries } from '../../../../lib/detection/gaps/RegularSeries';
import { RandomCutForest } from '../../../../lib/random-cut-forest';
import { noise } from '../../../helpers/noise';

const start = Date.UTC(2026, 0, 1);

describe('a regular series', () => {
  /** Feeds records of [second, value, ...] and returns what came out, `*` behind what must not be learned. */
  const run = (fill: GapFill, records: number[][]) => {
    const series = new RegularSeries({
      dimensions: records[0]!.length - 1,
      shingleSize: 4,
      fill,
      interval: 1000,
    });
    const out: string[] = [];
    for (const [second, ...values] of records) {
      series.take(
        values,
        start + 1000 * second!,
        () => undefined,
        (record, learn) => {
          out.push(record.join('/') + (learn ? '' : '*'));
        },
      );
    }
    return out;
  };

  it('has a record for each that is missing, made as the method says', () => {
    const records = [
      [0, 10],
      [1, 20],
      [4, 50],
    ];
    assert.deepEqual(run({ method: 'linear' }, records), ['10', '20', '30', '40', '50']);
    assert.deepEqual(run({ method: 'previous' }, records), ['10', '20', '20', '20', '50']);
    assert.deepEqual(run({ method: 'next' }, records), ['10', '20', '50', '50', '50']);
    assert.deepEqual(run({ method: 'zero' }, records), ['10', '20', '0', '0', '50']);
    assert.deepEqual(run({ method: 'fixed', values: [7] }, records), ['10', '20', '7', '7', '50']);
    assert.deepEqual(
      run({ method: 'rcf' }, records),
      ['10', '20', '20', '20', '50'],
      'previous until the forest knows',
    );
  });

  it('has no more of them than a shingle, and marks what is mostly made up', () => {
    const made = run({ method: 'previous' }, [
      [0, 1],
      [1, 2],
      [100, 3],
      [101, 4],
      [102, 5],
    ]);
    assert.deepEqual(made, ['1', '2', '2', '2', '2*', '2*', '3*', '4', '5']);
  });

  it('fills values that are missing, alone and beside missing records', () => {
    const records = [
      [0, NaN, 1],
      [1, 5, NaN],
      [3, 7, NaN],
    ];
    assert.deepEqual(run({ method: 'previous' }, records), ['0/1', '5/1', '5/1', '7/1*']);
    assert.deepEqual(run({ method: 'linear' }, records), ['0/1', '5/1', '6/1', '7/1*']);
  });

  it('keeps a forest in step over holes', () => {
    const random = noise(1);
    const forest = new RandomCutForest({ dimensions: 1, shingleSize: 8, timeDecay: 2560 });
    const series = new RegularSeries({ dimensions: 1, shingleSize: 8 });
    const wave = (i: number) => Math.sin(i / 6) + 0.03 * random();
    let made = 0;
    const worst: number[] = [];
    for (let i = 0; i < 3000; i++) {
      // After 2000, a hole of three every 50 records.
      if (i > 2000 && i % 50 < 3) continue;
      made += series.take(
        [wave(i)],
        start + 60_000 * i,
        (record) => forest.impute(record),
        (record, learn) => {
          if (i > 2000 && i % 50 === 3) worst.push(forest.score(record));
          if (learn) forest.update(record);
          else forest.append(record);
        },
      );
    }
    assert.equal(made, 2 + 19 * 3);
    assert.ok(Math.max(...worst) < 1.5, `no hole is an anomaly: ${Math.max(...worst)}`);
  });

  it('goes on from its state', () => {
    const options = { dimensions: 1, shingleSize: 4, fill: { method: 'previous' } as const };
    const series = new RegularSeries(options);
    for (let i = 0; i < 5; i++)
      series.take(
        [i],
        start + 10 * i,
        () => undefined,
        () => undefined,
      );
    const restored = new RegularSeries(options, series.state());
    const out: number[] = [];
    restored.take(
      [9],
      start + 70,
      () => undefined,
      (record) => out.push(record[0]!),
    );
    assert.deepEqual(out, [4, 4, 9]);
  });
});
