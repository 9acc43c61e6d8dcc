import { readList, showList } from '../../lib/editor/listInput';
import { showDefaults } from '../../lib/editor/showDefaults';
import { validator, validatorInContext } from '../../lib/editor/validator';
import type { EditorNode, EditorRuntime } from '../../lib/editor/RED';
import { isPreset, presetOf, presets, type PresetSetting } from './presets';
import { settings } from './settings';

declare const RED: EditorRuntime;

const { fields } = settings;

RED.nodes.registerType('rcf-score', {
  category: 'anomaly',
  color: '#E2D96E',
  icon: 'rcf-score.svg',
  inputs: 1,
  outputs: 1,
  paletteLabel: 'rcf score',
  defaults: {
    name: { value: '' },
    fields: { value: fields.fields.default, validate: validator('rcf-score', settings, 'fields') },
    keyFields: { value: fields.keyFields.default, validate: validator('rcf-score', settings, 'keyFields') },
    numberOfTrees: {
      value: fields.numberOfTrees.default,
      validate: validator('rcf-score', settings, 'numberOfTrees'),
    },
    subSampleSize: {
      value: fields.subSampleSize.default,
      validate: validatorInContext('rcf-score', settings, 'subSampleSize'),
    },
    timeDecay: { value: fields.timeDecay.default, validate: validator('rcf-score', settings, 'timeDecay') },
    shingleSize: {
      value: fields.shingleSize.default,
      validate: validator('rcf-score', settings, 'shingleSize'),
    },
    withDirectionality: {
      value: fields.withDirectionality.default,
      validate: validator('rcf-score', settings, 'withDirectionality'),
    },
    explanation: {
      value: fields.explanation.default,
      validate: validator('rcf-score', settings, 'explanation'),
    },
    expected: { value: fields.expected.default, validate: validator('rcf-score', settings, 'expected') },
    transform: { value: fields.transform.default, validate: validator('rcf-score', settings, 'transform') },
    missing: { value: fields.missing.default, validate: validator('rcf-score', settings, 'missing') },
    seed: { value: fields.seed.default, validate: validator('rcf-score', settings, 'seed') },
    persist: { value: fields.persist.default, validate: validator('rcf-score', settings, 'persist') },
    maxKeys: { value: fields.maxKeys.default, validate: validator('rcf-score', settings, 'maxKeys') },
    maxMemory: { value: fields.maxMemory.default, validate: validator('rcf-score', settings, 'maxMemory') },
    threads: { value: fields.threads.default, validate: validator('rcf-score', settings, 'threads') },
  },
  label(this: EditorNode): string {
    if (this.name) return this.name;
    const names = Array.isArray(this.fields) ? this.fields.join(', ') : '';
    return names ? `rcf ${names}` : 'rcf score';
  },
  labelStyle(this: EditorNode): string {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare(this: EditorNode): void {
    showDefaults(this, fields);
    showList('#rcf-score-fields', this.fields);
    showList('#rcf-score-keyFields', this.keyFields);
    offerPresets();
  },
  oneditsave(this: EditorNode): void {
    this.fields = readList('#rcf-score-fields');
    this.keyFields = readList('#rcf-score-keyFields');
  },
});

/** A preset fills in the fields below it; it is nothing but the values that it fills in. */
function offerPresets(): void {
  const choice = $('#rcf-score-preset');
  const names = Object.keys(presets.seasonal) as PresetSetting[];
  const input = (name: PresetSetting) => $(`#node-input-${name}`);
  const show = () => {
    const shown = names.map((name) => [name, Number(input(name).val())] as const);
    choice.val(presetOf(Object.fromEntries(shown)) ?? 'custom');
  };
  choice.on('change', () => {
    const chosen = String(choice.val());
    if (!isPreset(chosen)) return;
    for (const name of names) input(name).val(presets[chosen][name]).trigger('change');
  });
  for (const name of names) input(name).on('change keyup', show);
  show();
}
