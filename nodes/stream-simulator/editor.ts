import { readList, showList } from '../../lib/editor/listInput';
import { readRows, showRows, type Column } from '../../lib/editor/rowList';
import { showDefaults } from '../../lib/editor/showDefaults';
import { validators } from '../../lib/editor/validator';
import type { EditorNode, EditorRuntime } from '../../lib/editor/RED';
import { settings } from './settings';

declare const RED: EditorRuntime;

const { fields } = settings;
const valid = validators('stream-simulator', settings);

function anomalyColumns(node: EditorNode): Column[] {
  return [
    { name: 'from', hint: node._('stream-simulator.anomaly.from'), width: '20%', number: true },
    { name: 'length', hint: node._('stream-simulator.anomaly.length'), width: '18%', number: true },
    { name: 'value', hint: node._('stream-simulator.anomaly.value'), width: '18%', number: true },
    { name: 'target', hint: node._('stream-simulator.anomaly.target'), width: '32%' },
  ];
}

function anomalyMode(anomalies: unknown): string {
  if (!Array.isArray(anomalies)) return 'usual';
  return anomalies.length === 0 ? 'none' : 'listed';
}

function showWhatApplies(): void {
  const scenario = $('#node-input-scenario').val();
  $('.stream-simulator-clickstream').toggle(scenario === 'clickstream');
  $('.stream-simulator-vpc-flow-logs').toggle(scenario === 'vpc-flow-logs');
  $('.stream-simulator-shop').toggle(scenario === 'shop');
  $('.stream-simulator-listed').toggle($('#stream-simulator-anomalyMode').val() === 'listed');
}

RED.nodes.registerType('stream-simulator', {
  category: 'anomaly',
  color: '#A6BBCF',
  icon: 'stream-simulator.svg',
  inputs: 1,
  outputs: 1,
  paletteLabel: 'stream simulator',
  defaults: {
    name: { value: '' },
    scenario: { value: fields.scenario.default, validate: valid('scenario') },
    start: { value: fields.start.default, validate: valid('start') },
    speed: { value: fields.speed.default, validate: valid('speed') },
    startTime: { value: fields.startTime.default, validate: valid('startTime') },
    passes: { value: fields.passes.default, validate: valid('passes') },
    repeat: { value: fields.repeat.default, validate: valid('repeat') },
    seed: { value: fields.seed.default, validate: valid('seed') },
    anomalies: { value: fields.anomalies.default, validate: valid('anomalies') },
    emit: { value: fields.emit.default, validate: valid('emit') },
    pace: { value: fields.pace.default, validate: valid('pace') },
    clickRate: { value: fields.clickRate.default, validate: valid('clickRate') },
    sites: { value: fields.sites.default, validate: valid('sites') },
    interfaces: { value: fields.interfaces.default, validate: valid('interfaces') },
    corruptRate: { value: fields.corruptRate.default, validate: valid('corruptRate') },
    extractedFields: { value: fields.extractedFields.default, validate: valid('extractedFields') },
    interval: { value: fields.interval.default, validate: valid('interval') },
  },
  label(this: EditorNode): string {
    return this.name || String(this.scenario);
  },
  labelStyle(this: EditorNode): string {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare(this: EditorNode): void {
    showDefaults(this, fields);
    showList('#stream-simulator-sites', this.sites);
    showList('#stream-simulator-interfaces', this.interfaces);
    showRows('#stream-simulator-anomalies', anomalyColumns(this), this.anomalies);
    $('#stream-simulator-anomalyMode').val(anomalyMode(this.anomalies));
    $('#node-input-scenario, #stream-simulator-anomalyMode').on('change', showWhatApplies);
    showWhatApplies();
  },
  oneditsave(this: EditorNode): void {
    this.sites = readList('#stream-simulator-sites');
    this.interfaces = readList('#stream-simulator-interfaces');
    const mode = $('#stream-simulator-anomalyMode').val();
    if (mode === 'usual') this.anomalies = null;
    else if (mode === 'none') this.anomalies = [];
    else this.anomalies = readRows('#stream-simulator-anomalies', anomalyColumns(this));
  },
  outputLabels(this: EditorNode): string {
    return this._('stream-simulator.port.records');
  },
});
