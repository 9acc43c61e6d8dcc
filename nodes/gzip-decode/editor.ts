import { showDefaults } from '../../lib/editor/showDefaults';
import { validator } from '../../lib/editor/validator';
import type { EditorNode, EditorRuntime } from '../../lib/editor/RED';
import { settings } from './settings';

declare const RED: EditorRuntime;

const { fields } = settings;

RED.nodes.registerType('gzip-decode', {
  category: 'anomaly',
  color: '#DEBD5C',
  icon: 'gzip-decode.svg',
  inputs: 1,
  outputs: 2,
  paletteLabel: 'gzip decode',
  defaults: {
    name: { value: '' },
    base64: { value: fields.base64.default, validate: validator('gzip-decode', settings, 'base64') },
    compression: {
      value: fields.compression.default,
      validate: validator('gzip-decode', settings, 'compression'),
    },
    split: { value: fields.split.default, validate: validator('gzip-decode', settings, 'split') },
    output: { value: fields.output.default, validate: validator('gzip-decode', settings, 'output') },
    emit: { value: fields.emit.default, validate: validator('gzip-decode', settings, 'emit') },
    maxBytes: { value: fields.maxBytes.default, validate: validator('gzip-decode', settings, 'maxBytes') },
    maxRecords: {
      value: fields.maxRecords.default,
      validate: validator('gzip-decode', settings, 'maxRecords'),
    },
    maxQueue: {
      value: fields.maxQueue.default,
      validate: validator('gzip-decode', settings, 'maxQueue'),
    },
  },
  label(this: EditorNode): string {
    return this.name || 'gzip decode';
  },
  labelStyle(this: EditorNode): string {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare(this: EditorNode): void {
    showDefaults(this, fields);
  },
  outputLabels(this: EditorNode, index: number): string {
    return this._(index === 0 ? 'gzip-decode.port.records' : 'gzip-decode.port.failures');
  },
});
