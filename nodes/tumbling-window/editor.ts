import { readAggregates, showAggregates, type AggregateTexts } from '../../lib/editor/aggregateRows';
import { readList, showList } from '../../lib/editor/listInput';
import { readRows, showRows, type Column } from '../../lib/editor/rowList';
import { showDefaults } from '../../lib/editor/showDefaults';
import { validators } from '../../lib/editor/validator';
import type { EditorNode, EditorRuntime } from '../../lib/editor/RED';
import { settings } from './settings';

declare const RED: EditorRuntime;

const { fields } = settings;
const valid = validators('tumbling-window', settings);

function aggregateTexts(node: EditorNode): AggregateTexts {
  return {
    name: node._('tumbling-window.aggregate.name'),
    fn: node._('tumbling-window.aggregate.fn'),
    field: node._('tumbling-window.aggregate.field'),
    percentile: node._('tumbling-window.aggregate.percentile'),
    where: node._('tumbling-window.aggregate.where'),
    op: node._('tumbling-window.aggregate.op'),
    value: node._('tumbling-window.aggregate.value'),
    addCondition: node._('tumbling-window.aggregate.addCondition'),
    removeCondition: node._('tumbling-window.aggregate.removeCondition'),
  };
}

function derivedColumns(node: EditorNode): Column[] {
  return [
    { name: 'name', hint: node._('tumbling-window.derived.name'), width: '32%' },
    { name: 'expression', hint: node._('tumbling-window.derived.expression'), width: '64%' },
  ];
}

function showWhatApplies(): void {
  const takesPartials = $('#node-input-input').val() === 'partials';
  const isByEvent = $('#node-input-timeSource').val() === 'event';
  $('.tumbling-window-records').toggle(!takesPartials);
  $('.tumbling-window-time').toggle(!takesPartials && isByEvent);
  $('.tumbling-window-event').toggle(takesPartials || isByEvent);
  $('.tumbling-window-results').toggle($('#node-input-output').val() === 'results');
  $('.tumbling-window-fill').toggle($('#node-input-fill').val() === 'zero');
}

RED.nodes.registerType('tumbling-window', {
  category: 'anomaly',
  color: '#E6E0F8',
  icon: 'tumbling-window.svg',
  inputs: 1,
  outputs: 2,
  paletteLabel: 'tumbling window',
  defaults: {
    name: { value: '' },
    input: { value: fields.input.default, validate: valid('input') },
    output: { value: fields.output.default, validate: valid('output') },
    size: { value: fields.size.default, validate: valid('size') },
    unit: { value: fields.unit.default, validate: valid('unit') },
    timeSource: { value: fields.timeSource.default, validate: valid('timeSource') },
    timeField: { value: fields.timeField.default, validate: valid('timeField') },
    timeFormat: { value: fields.timeFormat.default, validate: valid('timeFormat') },
    lateness: { value: fields.lateness.default, validate: valid('lateness') },
    idleTimeout: { value: fields.idleTimeout.default, validate: valid('idleTimeout') },
    maxAhead: { value: fields.maxAhead.default, validate: valid('maxAhead') },
    keyFields: { value: fields.keyFields.default, validate: valid('keyFields') },
    aggregates: { value: fields.aggregates.default, validate: valid('aggregates') },
    derived: { value: fields.derived.default, validate: valid('derived') },
    fill: { value: fields.fill.default, validate: valid('fill') },
    keyExpiry: { value: fields.keyExpiry.default, validate: valid('keyExpiry') },
    maxKeys: { value: fields.maxKeys.default, validate: valid('maxKeys') },
    maxWindows: { value: fields.maxWindows.default, validate: valid('maxWindows') },
  },
  label(this: EditorNode): string {
    const { name, size, unit } = this as EditorNode & Record<string, string>;
    return (
      name ||
      this._('tumbling-window.nodeLabel', {
        size: size ?? fields.size.default,
        unit: unit ?? fields.unit.default,
      })
    );
  },
  labelStyle(this: EditorNode): string {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare(this: EditorNode): void {
    showDefaults(this, fields);
    showList('#tumbling-window-keyFields', this.keyFields);
    showAggregates('#tumbling-window-aggregates', aggregateTexts(this), this.aggregates);
    showRows('#tumbling-window-derived', derivedColumns(this), this.derived);
    $('#node-input-input, #node-input-output, #node-input-timeSource, #node-input-fill').on(
      'change',
      showWhatApplies,
    );
    showWhatApplies();
  },
  oneditsave(this: EditorNode): void {
    this.keyFields = readList('#tumbling-window-keyFields');
    this.aggregates = readAggregates('#tumbling-window-aggregates');
    this.derived = readRows('#tumbling-window-derived', derivedColumns(this));
  },
  outputLabels(this: EditorNode, index: number): string {
    return this._(index === 0 ? 'tumbling-window.port.windows' : 'tumbling-window.port.late');
  },
});
