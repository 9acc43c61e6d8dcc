import { readLines, showLines } from '../../lib/editor/lineList';
import { readList, showList } from '../../lib/editor/listInput';
import { showSections } from '../../lib/editor/foldedSections';
import { readRows, showRows, type Column } from '../../lib/editor/rowList';
import { showDefaults } from '../../lib/editor/showDefaults';
import { validator, validatorInContext } from '../../lib/editor/validator';
import { operators } from '../../lib/records/condition';
import type { EditorNode, EditorRuntime } from '../../lib/editor/RED';
import { settings } from './settings';

declare const RED: EditorRuntime;

const { fields } = settings;

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

RED.nodes.registerType('score-threshold', {
  category: 'anomaly',
  color: '#E2D96E',
  icon: 'score-threshold.svg',
  inputs: 1,
  outputs: 2,
  paletteLabel: 'score threshold',
  defaults: {
    name: { value: '' },
    compare: { value: fields.compare.default, validate: validator('score-threshold', settings, 'compare') },
    property: {
      value: fields.property.default,
      validate: validator('score-threshold', settings, 'property'),
    },
    operator: {
      value: fields.operator.default,
      validate: validator('score-threshold', settings, 'operator'),
    },
    value: {
      value: fields.value.default,
      validate: validatorInContext('score-threshold', settings, 'value'),
    },
    severity: {
      value: fields.severity.default,
      validate: validator('score-threshold', settings, 'severity'),
    },
    direction: {
      value: fields.direction.default,
      validate: validator('score-threshold', settings, 'direction'),
    },
    breaches: {
      value: fields.breaches.default,
      validate: validatorInContext('score-threshold', settings, 'breaches'),
    },
    outOf: { value: fields.outOf.default, validate: validator('score-threshold', settings, 'outOf') },
    cooldown: {
      value: fields.cooldown.default,
      validate: validator('score-threshold', settings, 'cooldown'),
    },
    clearValue: {
      value: fields.clearValue.default,
      validate: validatorInContext('score-threshold', settings, 'clearValue'),
    },
    escalateBy: {
      value: fields.escalateBy.default,
      validate: validator('score-threshold', settings, 'escalateBy'),
    },
    tellEnd: { value: fields.tellEnd.default, validate: validator('score-threshold', settings, 'tellEnd') },
    ignoreAbove: {
      value: fields.ignoreAbove.default,
      validate: validator('score-threshold', settings, 'ignoreAbove'),
    },
    ignoreBelow: {
      value: fields.ignoreBelow.default,
      validate: validator('score-threshold', settings, 'ignoreBelow'),
    },
    ignoreAboveRatio: {
      value: fields.ignoreAboveRatio.default,
      validate: validator('score-threshold', settings, 'ignoreAboveRatio'),
    },
    ignoreBelowRatio: {
      value: fields.ignoreBelowRatio.default,
      validate: validator('score-threshold', settings, 'ignoreBelowRatio'),
    },
    overrides: {
      value: fields.overrides.default,
      validate: validatorInContext('score-threshold', settings, 'overrides'),
    },
    calendar: {
      value: fields.calendar.default,
      validate: validator('score-threshold', settings, 'calendar'),
    },
    calendarFile: {
      value: fields.calendarFile.default,
      validate: validator('score-threshold', settings, 'calendarFile'),
    },
    timeZone: {
      value: fields.timeZone.default,
      validate: validator('score-threshold', settings, 'timeZone'),
    },
    keyFields: {
      value: fields.keyFields.default,
      validate: validator('score-threshold', settings, 'keyFields'),
    },
    maxKeys: { value: fields.maxKeys.default, validate: validator('score-threshold', settings, 'maxKeys') },
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
