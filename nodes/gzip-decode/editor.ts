import { showDefaults } from '../../lib/editor/showDefaults';
import { validators } from '../../lib/editor/validator';
import type { EditorNode, EditorRuntime } from '../../lib/editor/RED';
import { settings } from './settings';

declare const RED: EditorRuntime;

const { fields } = settings;
const valid = validators('gzip-decode', settings);

RED.nodes.registerType('gzip-decode', {
  category: 'anomaly',
  color: '#DEBD5C',
  icon: 'gzip-decode.svg',
  inputs: 1,
  outputs: 2,
  paletteLabel: 'gzip decode',
  defaults: {
    name: { value: '' },
    base64: { value: fields.base64.default, validate: valid('base64') },
    compression: { value: fields.compression.default, validate: valid('compression') },
    split: { value: fields.split.default, validate: valid('split') },
    output: { value: fields.output.default, validate: valid('output') },
    emit: { value: fields.emit.default, validate: valid('emit') },
    maxBytes: { value: fields.maxBytes.default, validate: valid('maxBytes') },
    maxRecords: { value: fields.maxRecords.default, validate: valid('maxRecords') },
    maxQueue: { value: fields.maxQueue.default, validate: valid('maxQueue') },
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
