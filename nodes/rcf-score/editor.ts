import { readList, showList } from '../../lib/editor/listInput';
import { showDefaults } from '../../lib/editor/showDefaults';
import { validators } from '../../lib/editor/validator';
import type { EditorNode, EditorRuntime } from '../../lib/editor/RED';
import { isPreset, presetOf, presets, type PresetSetting } from './presets';
import { settings } from './settings';

declare const RED: EditorRuntime;

const { fields } = settings;
const valid = validators('rcf-score', settings);

RED.nodes.registerType('rcf-score', {
  category: 'anomaly',
  color: '#E2D96E',
  icon: 'rcf-score.svg',
  inputs: 1,
  outputs: 1,
  paletteLabel: 'rcf score',
  defaults: {
    name: { value: '' },
    fields: { value: fields.fields.default, validate: valid('fields') },
    keyFields: { value: fields.keyFields.default, validate: valid('keyFields') },
    numberOfTrees: { value: fields.numberOfTrees.default, validate: valid('numberOfTrees') },
    subSampleSize: { value: fields.subSampleSize.default, validate: valid('subSampleSize') },
    timeDecay: { value: fields.timeDecay.default, validate: valid('timeDecay') },
    shingleSize: { value: fields.shingleSize.default, validate: valid('shingleSize') },
    withDirectionality: { value: fields.withDirectionality.default, validate: valid('withDirectionality') },
    explanation: { value: fields.explanation.default, validate: valid('explanation') },
    expected: { value: fields.expected.default, validate: valid('expected') },
    transform: { value: fields.transform.default, validate: valid('transform') },
    missing: { value: fields.missing.default, validate: valid('missing') },
    seed: { value: fields.seed.default, validate: valid('seed') },
    persist: { value: fields.persist.default, validate: valid('persist') },
    maxKeys: { value: fields.maxKeys.default, validate: valid('maxKeys') },
    maxMemory: { value: fields.maxMemory.default, validate: valid('maxMemory') },
    threads: { value: fields.threads.default, validate: valid('threads') },
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
