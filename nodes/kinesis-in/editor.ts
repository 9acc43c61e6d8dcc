import { validator } from '../../lib/editor/validator';
import type { EditorNode, EditorRuntime } from '../../lib/editor/RED';
import { settings } from './settings';
import { parseTime } from './startTime';

declare const RED: EditorRuntime;

const { fields } = settings;

/** The time counts only where reading starts at one. */
function validStart(this: EditorNode, value: unknown): true | string {
  const startAt: unknown = $('#node-input-startAt').val() ?? this.startAt;
  if (startAt !== 'timestamp' || parseTime(String(value)) !== undefined) return true;
  if (/^\$\{[^}]+\}$/.test(String(value))) return true;
  return RED._('@streamcut/node-red-anomaly/kinesis-in:kinesis-in.problem.startTimestamp');
}

RED.nodes.registerType('kinesis-in', {
  category: 'anomaly',
  color: '#D8BFD8',
  icon: 'kinesis-in.svg',
  inputs: 0,
  outputs: 1,
  paletteLabel: 'kinesis in',
  defaults: {
    name: { value: '' },
    aws: { value: '', type: 'aws-connection', required: true },
    stream: {
      value: fields.stream.default,
      required: true,
      validate: validator('kinesis-in', settings, 'stream'),
    },
    application: {
      value: fields.application.default,
      validate: validator('kinesis-in', settings, 'application'),
    },
    startAt: { value: fields.startAt.default, validate: validator('kinesis-in', settings, 'startAt') },
    startTimestamp: { value: fields.startTimestamp.default, validate: validStart },
    emit: { value: fields.emit.default, validate: validator('kinesis-in', settings, 'emit') },
    format: { value: fields.format.default, validate: validator('kinesis-in', settings, 'format') },
    batchSize: { value: fields.batchSize.default, validate: validator('kinesis-in', settings, 'batchSize') },
    maxInFlight: {
      value: fields.maxInFlight.default,
      validate: validator('kinesis-in', settings, 'maxInFlight'),
    },
    maxHold: { value: fields.maxHold.default, validate: validator('kinesis-in', settings, 'maxHold') },
    idleWait: { value: fields.idleWait.default, validate: validator('kinesis-in', settings, 'idleWait') },
    discoveryInterval: {
      value: fields.discoveryInterval.default,
      validate: validator('kinesis-in', settings, 'discoveryInterval'),
    },
    saveInterval: {
      value: fields.saveInterval.default,
      validate: validator('kinesis-in', settings, 'saveInterval'),
    },
  },
  label(this: EditorNode): string {
    return this.name || String(this.stream || 'kinesis in').replace(/^arn:.*\//, '');
  },
  labelStyle(this: EditorNode): string {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare(this: EditorNode): void {
    const startAt = $('#node-input-startAt');
    const showTime = () => void $('.kinesis-in-timestamp').toggle(startAt.val() === 'timestamp');
    startAt.on('change', showTime);
    showTime();
  },
});
