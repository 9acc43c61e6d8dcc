import assert from 'node:assert/strict';
import { knownAfter } from '../../../../lib/detection/series/knownAfter';
import { SeriesDetector } from '../../../../lib/detection/series/SeriesDetector';

describe('what counts of a score', () => {
  it('is little of the first records, and more the more it knows', () => {
    assert.deepEqual([0, 200, 1800].map(knownAfter), [0, 0.5, 0.9]);
  });

  for (const names of [['a'], ['a', 'b']]) {
    it(`lets the same thing score higher later, with its parts, of ${names.length} values`, () => {
      const at = (records: number) => {
        const detector = new SeriesDetector({ names, size: 'compact' });
        for (let i = 0; i < records; i++)
          detector.learn(
            i * 60_000,
            names.map((_, d) => (i * (d + 3)) % 17),
          );
        const { score, attribution } = detector.process(
          records * 60_000,
          names.map(() => 40),
        );
        detector.free();
        const parts = Object.values(attribution!).map(({ score }) => score);
        assert.ok(Math.abs(parts.reduce((a, b) => a + b) - score) < 1e-9);
        return score;
      };
      assert.ok(at(1700) > 1.5 * at(119));
    });
  }
});
