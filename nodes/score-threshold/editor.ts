import { readLines, showLines } from '../../lib/editor/lineList';
import { readList, showList } from '../../lib/editor/listInput';
import { showFeedback } from '../../lib/editor/feedbackList';
import { showSections } from '../../lib/editor/foldedSections';
import { readRows, showRows, type Column } from '../../lib/editor/rowList';
import { showDefaults } from '../../lib/editor/showDefaults';
import { validators } from '../../lib/editor/validator';
import { operators } from '../../lib/records/condition';
import type { EditorNode, EditorRuntime } from '../../lib/editor/RED';
import { settings } from './settings';

declare const RED: EditorRuntime;

const { fields } = settings;
const valid = validators('score-threshold', settings);

/** The first one is what a new row shows: a limit of a key's own is most often another number. */
const rowOperators = ['>=', ...operators.filter((operator) => operator !== '>=')];

function overrideColumns(node: EditorNode): Column[] {
  return [
    { name: 'key', hint: node._('score-threshold.override.key'), width: '32%' },
    {
      name: 'operator',
      hint: node._('score-threshold.label.operator'),
      width: '75px',
      choices: rowOperators,
    },
    { name: 'value', hint: node._('score-threshold.label.value'), width: '16%', number: true },
    { name: 'clearValue', hint: node._('score-threshold.label.clearValue'), width: '23%', number: true },
  ];
}

function showWhatApplies(): void {
  const bySeverity = $('#node-input-compare').val() === 'severity';
  $('.score-threshold-severity').toggle(bySeverity);
  $('.score-threshold-property').toggle(!bySeverity);
}

/** Those of a node that does not learn are not listed, and nobody is asked for them. */
function showIncidents(node: EditorNode): void {
  const learns = $('#node-input-feedback').prop('checked') === true;
  $('#score-threshold-incidents').toggle(learns);
  if (learns) showFeedback('#score-threshold-incidents', node);
}

RED.nodes.registerType('score-threshold', {
  category: 'anomaly',
  color: '#E2D96E',
  icon: 'score-threshold.svg',
  inputs: 1,
  outputs: 2,
  paletteLabel: 'score threshold',
  defaults: {
    name: { value: '' },
    compare: { value: fields.compare.default, validate: valid('compare') },
    property: { value: fields.property.default, validate: valid('property') },
    operator: { value: fields.operator.default, validate: valid('operator') },
    value: { value: fields.value.default, validate: valid('value') },
    severity: { value: fields.severity.default, validate: valid('severity') },
    direction: { value: fields.direction.default, validate: valid('direction') },
    breaches: { value: fields.breaches.default, validate: valid('breaches') },
    outOf: { value: fields.outOf.default, validate: valid('outOf') },
    cooldown: { value: fields.cooldown.default, validate: valid('cooldown') },
    clearValue: { value: fields.clearValue.default, validate: valid('clearValue') },
    escalateBy: { value: fields.escalateBy.default, validate: valid('escalateBy') },
    tellEnd: { value: fields.tellEnd.default, validate: valid('tellEnd') },
    ignoreAbove: { value: fields.ignoreAbove.default, validate: valid('ignoreAbove') },
    ignoreBelow: { value: fields.ignoreBelow.default, validate: valid('ignoreBelow') },
    ignoreAboveRatio: { value: fields.ignoreAboveRatio.default, validate: valid('ignoreAboveRatio') },
    ignoreBelowRatio: { value: fields.ignoreBelowRatio.default, validate: valid('ignoreBelowRatio') },
    overrides: { value: fields.overrides.default, validate: valid('overrides') },
    calendar: { value: fields.calendar.default, validate: valid('calendar') },
    calendarFile: { value: fields.calendarFile.default, validate: valid('calendarFile') },
    timeZone: { value: fields.timeZone.default, validate: valid('timeZone') },
    feedback: { value: fields.feedback.default, validate: valid('feedback') },
    keyFields: { value: fields.keyFields.default, validate: valid('keyFields') },
    maxKeys: { value: fields.maxKeys.default, validate: valid('maxKeys') },
  },
  label(this: EditorNode): string {
    const { name, compare, severity, property, operator, value } = this as EditorNode &
      Record<string, string>;
    if (name) return name;
    return compare === 'severity'
      ? this._('score-threshold.nodeLabel', { severity: severity ?? fields.severity.default })
      : `${property} ${operator} ${value}`;
  },
  labelStyle(this: EditorNode): string {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare(this: EditorNode): void {
    showDefaults(this, fields);
    showList('#score-threshold-keyFields', this.keyFields);
    showRows('#score-threshold-overrides', overrideColumns(this), this.overrides);
    showLines('#score-threshold-calendar', this._('score-threshold.placeholder.calendar'), this.calendar);
    showSections('score-threshold', this, fields);
    $('#node-input-compare').on('change', showWhatApplies);
    showWhatApplies();
    // The editor tells of a change of every input when the dialog is ready.
    $('#node-input-feedback').on('change', () => showIncidents(this));
  },
  oneditsave(this: EditorNode): void {
    this.keyFields = readList('#score-threshold-keyFields');
    this.calendar = readLines('#score-threshold-calendar');
    this.overrides = readRows('#score-threshold-overrides', overrideColumns(this));
  },
  outputLabels(this: EditorNode, index: number): string {
    return this._(index === 0 ? 'score-threshold.port.anomalies' : 'score-threshold.port.rest');
  },
});
