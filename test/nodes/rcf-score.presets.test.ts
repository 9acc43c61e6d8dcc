import assert from 'node:assert/strict';
import { isPreset, presetOf, presets } from '../../nodes/rcf-score/presets';
import { settings } from '../../nodes/rcf-score/settings';

describe('presets of rcf-score', () => {
  it('are settings that the node starts with', () => {
    for (const values of Object.values(presets)) {
      const parsed: object = settings.parse(values);
      assert.deepEqual({ ...parsed, ...values }, parsed);
    }
  });

  it('have the defaults of the published function among them, which are those of the node', () => {
    const { numberOfTrees, subSampleSize, timeDecay, shingleSize } = settings.parse({});
    assert.equal(presetOf({ numberOfTrees, subSampleSize, timeDecay, shingleSize }), 'kinesis-analytics');
  });

  it('are known again by their values, and not by others', () => {
    for (const [name, values] of Object.entries(presets)) assert.equal(presetOf(values), name);
    assert.equal(presetOf({ ...presets.seasonal, shingleSize: 12 }), undefined);
    assert.equal(presetOf({ ...presets.seasonal, timeDecay: NaN }), undefined);
    assert.ok(isPreset('seasonal') && !isPreset('custom') && !isPreset('toString'));
  });
});
