import { showDefaults } from '../../lib/editor/showDefaults';
import { validators } from '../../lib/editor/validator';
import { streamName } from '../../lib/aws/kinesis/streamRef';
import type { EditorNode, EditorRuntime } from '../../lib/editor/RED';
import { settings } from './settings';

declare const RED: EditorRuntime;

const { fields } = settings;
const valid = validators('kinesis-in', settings);

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
    stream: { value: fields.stream.default, validate: valid('stream') },
    application: { value: fields.application.default, validate: valid('application') },
    consumption: { value: fields.consumption.default, validate: valid('consumption') },
    consumerName: { value: fields.consumerName.default, validate: valid('consumerName') },
    startAt: { value: fields.startAt.default, validate: valid('startAt') },
    startTimestamp: { value: fields.startTimestamp.default, validate: valid('startTimestamp') },
    sharing: { value: fields.sharing.default, validate: valid('sharing') },
    stateBucket: { value: fields.stateBucket.default, validate: valid('stateBucket') },
    statePrefix: { value: fields.statePrefix.default, validate: valid('statePrefix') },
    failover: { value: fields.failover.default, validate: valid('failover') },
    emit: { value: fields.emit.default, validate: valid('emit') },
    format: { value: fields.format.default, validate: valid('format') },
    batchSize: { value: fields.batchSize.default, validate: valid('batchSize') },
    maxInFlight: { value: fields.maxInFlight.default, validate: valid('maxInFlight') },
    retries: { value: fields.retries.default, validate: valid('retries') },
    outputs: { value: 1 },
    maxHold: { value: fields.maxHold.default, validate: valid('maxHold') },
    idleWait: { value: fields.idleWait.default, validate: valid('idleWait') },
    discoveryInterval: { value: fields.discoveryInterval.default, validate: valid('discoveryInterval') },
    saveInterval: { value: fields.saveInterval.default, validate: valid('saveInterval') },
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
