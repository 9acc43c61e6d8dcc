import assert from 'node:assert/strict';
import { seal, unseal } from '../../lib/delivery/sealed';
import { FieldVector } from '../../nodes/rcf-score/FieldVector';
import { restoreModel, saveModel } from '../../nodes/rcf-score/savedModel';
import { SeriesModel } from '../../nodes/rcf-score/SeriesModel';
import { settings } from '../../nodes/rcf-score/settings';
import { noise } from '../helpers/noise';

describe('a saved model of rcf-score', () => {
  const parsed = settings.parse({ numberOfTrees: 10, subSampleSize: 64, fields: ['ctr'] });
  const vector = FieldVector.of(['ctr']);

  function learned(): SeriesModel {
    const model = new SeriesModel(parsed, vector);
    model.learn(Float64Array.from({ length: 500 }, noise(1)));
    return model;
  }

  it('that kept its severity as a histogram comes back with its scores, and knows what is rare', () => {
    const model = learned();
    const { about, body } = unseal('streamcut-rcf-model', [2], saveModel('a', model, parsed));
    const counts = Array<number>(256).fill(0);
    // 400 scores of 0.75 to 0.875
    for (let i = 0; i < 400; i++) counts[12 + (i % 2)]!++;
    const histogram = [10_000, 400, 1, 0.87, 0.02, ...counts];
    const old = seal('streamcut-rcf-model', 1, { about: { ...about, severity: histogram }, body });
    const restored = restoreModel(old, parsed, vector);
    assert.equal(restored.forest.score([3]), model.forest.score([3]));
    assert.ok(restored.severity.of(0.8) < 25 && restored.severity.of(0.9) >= 25);
    assert.equal(restored.severity.of(3), 100);
  });

  it('of a version to come is refused', () => {
    const { about, body } = unseal('streamcut-rcf-model', [2], saveModel('a', learned(), parsed));
    const next = seal('streamcut-rcf-model', 3, { about, body });
    assert.throws(() => restoreModel(next, parsed, vector), /must be of version 2, got 3/);
  });
});
