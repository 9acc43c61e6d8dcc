import { readList, showList } from '../../lib/editor/listInput';
import { showDefaults } from '../../lib/editor/showDefaults';
import { validator } from '../../lib/editor/validator';
import type { EditorNode, EditorRuntime } from '../../lib/editor/RED';
import { settings } from './settings';

declare const RED: EditorRuntime;

const { fields } = settings;

RED.nodes.registerType('score-threshold', {
  category: 'anomaly',
  color: '#E2D96E',
  icon: 'score-threshold.svg',
  inputs: 1,
  outputs: 2,
  paletteLabel: 'score threshold',
  defaults: {
    name: { value: '' },
    property: {
      value: fields.property.default,
      validate: validator('score-threshold', settings, 'property'),
    },
    operator: {
      value: fields.operator.default,
      validate: validator('score-threshold', settings, 'operator'),
    },
    value: { value: fields.value.default, validate: validator('score-threshold', settings, 'value') },
    direction: {
      value: fields.direction.default,
      validate: validator('score-threshold', settings, 'direction'),
    },
    keyFields: {
      value: fields.keyFields.default,
      validate: validator('score-threshold', settings, 'keyFields'),
    },
    cooldown: {
      value: fields.cooldown.default,
      validate: validator('score-threshold', settings, 'cooldown'),
    },
    maxKeys: { value: fields.maxKeys.default, validate: validator('score-threshold', settings, 'maxKeys') },
  },
  label(this: EditorNode): string {
    const { name, property, operator, value } = this as EditorNode & Record<string, string>;
    return name || `${property} ${operator} ${value}`;
  },
  labelStyle(this: EditorNode): string {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare(this: EditorNode): void {
    showDefaults(this, fields);
    showList('#score-threshold-keyFields', this.keyFields);
  },
  oneditsave(this: EditorNode): void {
    this.keyFields = readList('#score-threshold-keyFields');
  },
  outputLabels(this: EditorNode, index: number): string {
    return this._(index === 0 ? 'score-threshold.port.anomalies' : 'score-threshold.port.rest');
  },
});
