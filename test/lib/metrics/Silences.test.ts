import assert from 'node:assert/strict';
import type { Point } from '../../../lib/metrics/Point';
import { Silences } from '../../../lib/metrics/Silences';
import { KeptParts } from '../../helpers/KeptParts';

/** A value of 0 in an interval without rows, of so high a severity, where so much at least was expected. */
function silence(severity: number, lower: number, more: Partial<Point> = {}): Point {
  const expected = { orders: { value: lower + 5, lower, upper: lower + 10 } };
  const verdict = { score: severity / 10, severity, isNews: false, isAnomaly: false, lag: 0, expected };
  return { key: 'DE', dimensions: ['DE'], value: 0, silent: 1, verdict, ...more };
}

describe('silences', () => {
  const severityOf = (silences: Silences, point: Point) => silences.judge(point, 'orders').verdict.severity;

  it('are as strange as the strangest one before, although the detector knows 0 by then', () => {
    const silences = new Silences();
    assert.equal(severityOf(silences, silence(10, 20)), 10);
    assert.equal(severityOf(silences, silence(90, 20)), 90);
    assert.equal(severityOf(silences, silence(80, 20)), 80);
    const again = silences.judge(silence(10, 20), 'orders').verdict;
    assert.deepEqual([again.severity, again.score, again.isAnomaly, again.direction], [90, 9, true, 'LOW']);
  });

  it('are usual when one comes where 0 is expected, until the next strange one', () => {
    const silences = new Silences();
    silences.judge(silence(90, 20), 'orders');
    assert.equal(severityOf(silences, silence(10, 0)), 10);
    assert.equal(severityOf(silences, silence(10, 20)), 10);
  });

  it('have nothing to do with rows that add up to 0, with other series, or with what is missing', () => {
    const silences = new Silences();
    silences.judge(silence(90, 20), 'orders');
    for (const more of [{ silent: 0 }, { key: 'FR' }, { value: NaN }]) {
      const point = silence(10, 20, more);
      assert.equal(silences.judge(point, 'orders'), point);
    }
  });

  it('are told again when rows came in between, and not while they go on', () => {
    const silences = new Silences();
    silences.judge(silence(90, 20), 'orders');
    const { verdict } = silence(80, 20);
    const next = { verdict: { ...verdict, suppressed: 'same-run' } } as const;
    assert.equal(silences.judge(silence(80, 20, next), 'orders').verdict.suppressed, undefined);
    assert.equal(severityOf(silences, silence(80, 20, next)), 90);
    assert.equal(severityOf(silences, silence(80, 20, { ...next, silent: 2 })), 80);
  });

  it('do not become strange by what was not wanted or has been told', () => {
    const silences = new Silences();
    const { verdict } = silence(90, 20);
    silences.judge(silence(90, 20, { verdict: { ...verdict, suppressed: 'same-run' } }), 'orders');
    assert.equal(severityOf(silences, silence(10, 20)), 10);
  });

  it('are remembered over restarts, and forgotten by name', () => {
    const before = new Silences();
    before.judge(silence(90, 20), 'orders');
    before.judge(silence(85, 20, { key: 'FR' }), 'orders');
    const kept = new KeptParts();
    const keep = () =>
      void kept.take({ version: 1, changes: () => before.changes(), restore: () => undefined });
    keep();
    before.forget('FR');
    keep();
    const after = new Silences();
    after.restore(kept.parts);
    assert.equal(severityOf(after, silence(10, 20)), 90);
    assert.equal(severityOf(after, silence(10, 20, { key: 'FR' })), 10);
    after.forget();
    assert.equal(severityOf(after, silence(10, 20)), 10);
  });
});
