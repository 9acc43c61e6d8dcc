import { readList, showList } from '../../lib/editor/listInput';
import { showDefaults } from '../../lib/editor/showDefaults';
import { streamName } from '../../lib/aws/kinesis/streamRef';
import { validators } from '../../lib/editor/validator';
import type { EditorNode, EditorRuntime } from '../../lib/editor/RED';
import { settings } from './settings';

declare const RED: EditorRuntime;

const { fields } = settings;
const valid = validators('kinesis-out', settings);

/** Only CSV has columns. */
function showWhatApplies(): void {
  $('.kinesis-out-csv').toggle($('#node-input-format').val() === 'csv');
}

RED.nodes.registerType('kinesis-out', {
  category: 'anomaly',
  color: '#D8BFD8',
  icon: 'kinesis-out.svg',
  inputs: 1,
  outputs: 1,
  align: 'right',
  paletteLabel: 'kinesis out',
  defaults: {
    name: { value: '' },
    aws: { value: fields.aws.default, type: 'aws-connection', required: true },
    stream: { value: fields.stream.default, validate: valid('stream') },
    partitionKey: { value: fields.partitionKey.default, validate: valid('partitionKey') },
    explicitHashKey: { value: fields.explicitHashKey.default, validate: valid('explicitHashKey') },
    format: { value: fields.format.default, validate: valid('format') },
    fields: { value: fields.fields.default, validate: valid('fields') },
    delimiter: { value: fields.delimiter.default, validate: valid('delimiter') },
    order: { value: fields.order.default, validate: valid('order') },
    linger: { value: fields.linger.default, validate: valid('linger') },
    deadline: { value: fields.deadline.default, validate: valid('deadline') },
    maxQueue: { value: fields.maxQueue.default, validate: valid('maxQueue') },
    maxQueueBytes: { value: fields.maxQueueBytes.default, validate: valid('maxQueueBytes') },
    maxRecordBytes: { value: fields.maxRecordBytes.default, validate: valid('maxRecordBytes') },
    maxRequestBytes: { value: fields.maxRequestBytes.default, validate: valid('maxRequestBytes') },
  },
  label(this: EditorNode): string {
    const { name, stream = '' } = this as EditorNode & Record<string, string>;
    return name || streamName(stream) || 'kinesis out';
  },
  labelStyle(this: EditorNode): string {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare(this: EditorNode): void {
    showDefaults(this, fields);
    showList('#kinesis-out-fields', this.fields);
    $('#node-input-format').on('change', showWhatApplies);
    showWhatApplies();
  },
  oneditsave(this: EditorNode): void {
    this.fields = readList('#kinesis-out-fields');
  },
  outputLabels(this: EditorNode): string {
    return this._('kinesis-out.port.stored');
  },
});
