import { splitFormat } from '../../lib/flow-logs/format';
import { showDefaults } from '../../lib/editor/showDefaults';
import { textOf } from '../../lib/editor/textOf';
import { validators } from '../../lib/editor/validator';
import type { EditorNode, EditorRuntime } from '../../lib/editor/RED';
import { settings } from './settings';

declare const RED: EditorRuntime;

const { fields } = settings;
const valid = validators('flow-log-parse', settings);

RED.nodes.registerType('flow-log-parse', {
  category: 'anomaly',
  color: '#DEBD5C',
  icon: 'flow-log-parse.svg',
  inputs: 1,
  outputs: 2,
  paletteLabel: 'flow log parse',
  defaults: {
    name: { value: '' },
    fields: { value: fields.fields.default, validate: valid('fields') },
    noData: { value: fields.noData.default, validate: valid('noData') },
    maxKeys: { value: fields.maxKeys.default, validate: valid('maxKeys') },
  },
  label(this: EditorNode): string {
    return this.name || 'flow log parse';
  },
  labelStyle(this: EditorNode): string {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare(this: EditorNode): void {
    showDefaults(this, fields);
    const format = this.fields;
    $('#flow-log-parse-fields').val(Array.isArray(format) ? format.join(' ') : textOf(format));
  },
  oneditsave(this: EditorNode): void {
    this.fields = splitFormat(String($('#flow-log-parse-fields').val() ?? ''));
  },
  outputLabels(this: EditorNode, index: number): string {
    return this._(index === 0 ? 'flow-log-parse.port.records' : 'flow-log-parse.port.failures');
  },
});
