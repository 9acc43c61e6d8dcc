import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ModelFolder } from '../../nodes/rcf-score/ModelFolder';
import { FieldVector } from '../../nodes/rcf-score/FieldVector';
import { saveModel } from '../../nodes/rcf-score/savedModel';
import { SeriesModel } from '../../nodes/rcf-score/SeriesModel';
import { settings } from '../../nodes/rcf-score/settings';
import { shapeOf } from '../../nodes/rcf-score/shape';

describe('the folder of the models of rcf-score', () => {
  let root: string;
  beforeEach(() => (root = mkdtempSync(path.join(os.tmpdir(), 'rcf-folder-'))));
  afterEach(() => rmSync(root, { recursive: true }));

  const settingsOf = (numberOfTrees: number) => settings.parse({ numberOfTrees, fields: ['a'] });
  /** Opens it for forests of so many trees and puts as many models in. */
  const learn = (numberOfTrees: number) => {
    const folder = new ModelFolder(root);
    folder.open(shapeOf(settingsOf(numberOfTrees)));
    for (let i = 0; i < numberOfTrees; i++) {
      const model = new SeriesModel(settingsOf(numberOfTrees), FieldVector.of(['a']));
      folder.files.write(`${i}`, saveModel(`${i}`, model, settingsOf(numberOfTrees)));
    }
  };
  const open = (numberOfTrees: number) => {
    const folder = new ModelFolder(root);
    const { models } = folder.open(shapeOf(settingsOf(numberOfTrees)));
    return [models, folder.files.names().length];
  };

  it('keeps one earlier generation of models, and gives it back', () => {
    learn(1);
    assert.deepEqual(open(1), ['kept', 1]);
    learn(2);
    assert.deepEqual(open(1), ['taken-back', 1]);
    assert.deepEqual(open(2), ['taken-back', 2]);
    assert.deepEqual(open(3), ['set-aside', 0]);
    assert.deepEqual(open(1), ['kept', 0]);
    assert.deepEqual(open(2), ['taken-back', 2]);
  });

  it('loses neither generation when a crash cuts their exchange short', () => {
    const at = (name: string) => path.join(root, name);
    for (const steps of [1, 2]) {
      rmSync(root, { recursive: true });
      learn(1);
      learn(2);
      renameSync(at('now'), at('between'));
      if (steps === 2) renameSync(at('before'), at('now'));
      assert.deepEqual(open(1), ['kept', 1]);
      assert.deepEqual(open(2), ['taken-back', 2]);
      assert.ok(!existsSync(at('between')));
    }
  });

  it('says which settings were changed, from what to what', () => {
    learn(2);
    const found = new ModelFolder(root).open(shapeOf(settings.parse({ numberOfTrees: 3, fields: ['b'] })));
    assert.deepEqual(found, {
      models: 'set-aside',
      count: 2,
      changes: [
        { setting: 'fields', from: ['a'], to: ['b'] },
        { setting: 'numberOfTrees', from: 2, to: 3 },
      ],
    });
  });
});
