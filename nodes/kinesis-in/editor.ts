import { showDefaults } from '../../lib/editor/showDefaults';
import { validator, validatorInContext } from '../../lib/editor/validator';
import { streamName } from '../../lib/aws/kinesis/streamRef';
import type { EditorNode, EditorRuntime } from '../../lib/editor/RED';
import { settings } from './settings';

declare const RED: EditorRuntime;

const { fields } = settings;

/** The time counts only where reading starts at one, the consumer's name only with fan-out. */
function showWhatApplies(): void {
  $('.kinesis-in-timestamp').toggle($('#node-input-startAt').val() === 'timestamp');
  $('.kinesis-in-sharing').toggle($('#node-input-sharing').val() === 'leases');
  $('.kinesis-in-fan-out').toggle($('#node-input-consumption').val() !== 'polling');
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
    aws: { value: fields.aws.default, type: 'aws-connection', required: true },
    stream: { value: fields.stream.default, validate: validator('kinesis-in', settings, 'stream') },
    application: {
      value: fields.application.default,
      validate: validator('kinesis-in', settings, 'application'),
    },
    consumption: {
      value: fields.consumption.default,
      validate: validator('kinesis-in', settings, 'consumption'),
    },
    consumerName: {
      value: fields.consumerName.default,
      validate: validatorInContext('kinesis-in', settings, 'consumerName'),
    },
    startAt: { value: fields.startAt.default, validate: validator('kinesis-in', settings, 'startAt') },
    startTimestamp: {
      value: fields.startTimestamp.default,
      validate: validatorInContext('kinesis-in', settings, 'startTimestamp'),
    },
    sharing: { value: fields.sharing.default, validate: validator('kinesis-in', settings, 'sharing') },
    stateBucket: {
      value: fields.stateBucket.default,
      validate: validatorInContext('kinesis-in', settings, 'stateBucket'),
    },
    statePrefix: {
      value: fields.statePrefix.default,
      validate: validator('kinesis-in', settings, 'statePrefix'),
    },
    failover: { value: fields.failover.default, validate: validator('kinesis-in', settings, 'failover') },
    emit: { value: fields.emit.default, validate: validator('kinesis-in', settings, 'emit') },
    format: { value: fields.format.default, validate: validator('kinesis-in', settings, 'format') },
    batchSize: { value: fields.batchSize.default, validate: validator('kinesis-in', settings, 'batchSize') },
    maxInFlight: {
      value: fields.maxInFlight.default,
      validate: validator('kinesis-in', settings, 'maxInFlight'),
    },
    retries: { value: fields.retries.default, validate: validator('kinesis-in', settings, 'retries') },
    outputs: { value: 1 },
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
    const { name, stream = '' } = this as EditorNode & Record<string, string>;
    return name || streamName(stream) || 'kinesis in';
  },
  labelStyle(this: EditorNode): string {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare(this: EditorNode): void {
    showDefaults(this, fields);
    $('#node-input-startAt, #node-input-consumption, #node-input-sharing').on('change', showWhatApplies);
    showWhatApplies();
  },
  oneditsave(this: EditorNode): void {
    // Whoever asks for no retries has nothing to come out of a failure output.
    this.outputs = Number($('#node-input-retries').val()) === 0 ? 1 : 2;
  },
  outputLabels(this: EditorNode, index: number): string {
    return this._(index === 0 ? 'kinesis-in.port.records' : 'kinesis-in.port.failures');
  },
});
