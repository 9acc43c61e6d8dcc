import assert from 'node:assert/strict';
import {
  fillGap,
  fillRecord,
  type Fill,
  type GapFill,
  type Impute,
} from '../../../../lib/detection/gaps/fill';
import { RandomCutForest } from '../../../../lib/random-cut-forest';
import { noise } from '../../../helpers/noise';

const unknown: Impute = () => undefined;

describe('missing values', () => {
  const filled = (fill: Fill, previous: number[], impute = unknown, record = [1, NaN, NaN]) => {
    const out = Float64Array.from(record);
    const missing = fillRecord(out, fill, previous, impute);
    return [missing, ...out];
  };

  it('are filled as the method says, and the others left alone', () => {
    assert.deepEqual(filled({ method: 'zero' }, [7, 8, 9]), [2, 1, 0, 0]);
    assert.deepEqual(filled({ method: 'fixed', values: [3, 4, 5] }, [7, 8, 9]), [2, 1, 4, 5]);
    assert.deepEqual(filled({ method: 'previous' }, [7, 8, NaN]), [2, 1, 8, 0]);
    assert.deepEqual(
      filled({ method: 'rcf' }, [7, 8, 9], (record) => ({ values: record.map((_, d) => -d) })),
      [2, 1, -1, -2],
    );
    assert.deepEqual(filled({ method: 'rcf' }, [7, 8, 9]), [2, 1, 8, 9], 'previous until the forest knows');
  });

  it('that are none cost the forest no question', () => {
    const asked = () => assert.fail('asked');
    assert.deepEqual(filled({ method: 'rcf' }, [0, 0, 0], asked, [1, 2, 3]), [0, 1, 2, 3]);
  });
});

describe('missing records', () => {
  const between = (fill: GapFill, count: number, impute = unknown) => {
    const rows: number[][] = [];
    fillGap([0, 10], [4, -10], count, fill, impute, (record) => rows.push([...record]));
    return rows;
  };

  it('are filled from both sides', () => {
    assert.deepEqual(between({ method: 'linear' }, 3), [
      [1, 5],
      [2, 0],
      [3, -5],
    ]);
    assert.deepEqual(between({ method: 'next' }, 2), [
      [4, -10],
      [4, -10],
    ]);
    assert.deepEqual(between({ method: 'previous' }, 2), [
      [0, 10],
      [0, 10],
    ]);
    assert.deepEqual(between({ method: 'zero' }, 1), [[0, 0]]);
    assert.deepEqual(between({ method: 'linear' }, 0), []);
  });

  it('are filled by a forest that goes on from its own estimates', () => {
    const random = noise(1);
    const forest = new RandomCutForest({ dimensions: 1, shingleSize: 8, timeDecay: 2560 });
    const wave = (i: number) => Math.sin(i / 6);
    for (let i = 0; i < 2000; i++) forest.update([wave(i) + 0.03 * random()]);
    const rows: number[] = [];
    fillGap(
      [0],
      [0],
      6,
      { method: 'rcf' },
      (record) => forest.impute(record),
      (record) => {
        rows.push(record[0]!);
        forest.update(record);
      },
    );
    rows.forEach((x, i) => assert.ok(Math.abs(x - wave(2000 + i)) < 0.25, `${x} for ${wave(2000 + i)}`));
  });
});
