import { showFeedback } from '../../lib/editor/feedbackList';
import { showSections } from '../../lib/editor/foldedSections';
import { readList, showList } from '../../lib/editor/listInput';
import { readLines, showLines } from '../../lib/editor/lineList';
import { readRows, showRows, type Column } from '../../lib/editor/rowList';
import { showDefaults } from '../../lib/editor/showDefaults';
import { validators } from '../../lib/editor/validator';
import type { EditorNode, EditorRuntime } from '../../lib/editor/RED';
import { measureFunctions } from '../../lib/metrics/measureSpec';
import { readFilters, showFilters } from '../../lib/editor/filterRows';
import { settings } from './settings';

declare const RED: EditorRuntime;

const { fields } = settings;
const valid = validators('metrics-detector', settings);

function measureColumns(node: EditorNode): Column[] {
  return [
    { name: 'name', hint: node._('metrics-detector.measure.name'), width: '34%' },
    { name: 'fn', hint: node._('metrics-detector.measure.fn'), width: '24%', choices: measureFunctions },
    { name: 'field', hint: node._('metrics-detector.measure.field'), width: '36%' },
  ];
}

function showWhatApplies(): void {
  const isLive = $('#node-input-mode').val() === 'live';
  $('.metrics-detector-live').toggle(isLive);
  $('.metrics-detector-filled').toggle($('#node-input-missing').val() !== 'skip');
}

RED.nodes.registerType('metrics-detector', {
  category: 'anomaly',
  color: '#E2D96E',
  icon: 'metrics-detector.svg',
  inputs: 1,
  outputs: 2,
  paletteLabel: 'metrics detector',
  defaults: {
    name: { value: '' },
    mode: { value: fields.mode.default, validate: valid('mode') },
    measures: { value: fields.measures.default, validate: valid('measures') },
    dimensions: { value: fields.dimensions.default, validate: valid('dimensions') },
    filters: { value: fields.filters.default, validate: valid('filters') },
    size: { value: fields.size.default, validate: valid('size') },
    unit: { value: fields.unit.default, validate: valid('unit') },
    timeField: { value: fields.timeField.default, validate: valid('timeField') },
    timeFormat: { value: fields.timeFormat.default, validate: valid('timeFormat') },
    timeZone: { value: fields.timeZone.default, validate: valid('timeZone') },
    offset: { value: fields.offset.default, validate: valid('offset') },
    idleTimeout: { value: fields.idleTimeout.default, validate: valid('idleTimeout') },
    maxAhead: { value: fields.maxAhead.default, validate: valid('maxAhead') },
    missing: { value: fields.missing.default, validate: valid('missing') },
    keyExpiry: { value: fields.keyExpiry.default, validate: valid('keyExpiry') },
    retireAfter: { value: fields.retireAfter.default, validate: valid('retireAfter') },
    detector: { value: fields.detector.default, validate: valid('detector') },
    direction: { value: fields.direction.default, validate: valid('direction') },
    seed: { value: fields.seed.default, validate: valid('seed') },
    threshold: { value: fields.threshold.default, validate: valid('threshold') },
    learnFor: { value: fields.learnFor.default, validate: valid('learnFor') },
    judge: { value: fields.judge.default, validate: valid('judge') },
    closeAfter: { value: fields.closeAfter.default, validate: valid('closeAfter') },
    alertFilters: { value: fields.alertFilters.default, validate: valid('alertFilters') },
    calendar: { value: fields.calendar.default, validate: valid('calendar') },
    calendarFile: { value: fields.calendarFile.default, validate: valid('calendarFile') },
    learnShare: { value: fields.learnShare.default, validate: valid('learnShare') },
    labelField: { value: fields.labelField.default, validate: valid('labelField') },
    maxSeries: { value: fields.maxSeries.default, validate: valid('maxSeries') },
    maxMemory: { value: fields.maxMemory.default, validate: valid('maxMemory') },
  },
  label(this: EditorNode): string {
    const { name, size, unit, measures } = this as EditorNode & Record<string, string>;
    if (name) return name;
    const listed: readonly { readonly name?: string }[] = Array.isArray(measures)
      ? measures
      : fields.measures.default;
    return this._('metrics-detector.nodeLabel', {
      measures: listed.map((measure) => measure.name ?? '').join(', '),
      size: size ?? fields.size.default,
      unit: unit ?? fields.unit.default,
    });
  },
  labelStyle(this: EditorNode): string {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare(this: EditorNode): void {
    showDefaults(this, fields);
    showRows('#metrics-detector-measures', measureColumns(this), this.measures);
    showList('#metrics-detector-dimensions', this.dimensions);
    showFilters(
      '#metrics-detector-filters',
      this._('metrics-detector.filter.dimension'),
      this._('metrics-detector.filter.values'),
      this.filters,
    );
    showFilters(
      '#metrics-detector-alertFilters',
      this._('metrics-detector.alertFilter.dimension'),
      this._('metrics-detector.filter.values'),
      this.alertFilters,
    );
    showLines('#metrics-detector-calendar', this._('metrics-detector.placeholder.calendar'), this.calendar);
    showFeedback('#metrics-detector-feedback', this);
    showSections('metrics-detector', this, fields);
    $('#node-input-mode, #node-input-missing').on('change', showWhatApplies);
    showWhatApplies();
  },
  oneditsave(this: EditorNode): void {
    this.measures = readRows('#metrics-detector-measures', measureColumns(this));
    this.dimensions = readList('#metrics-detector-dimensions');
    this.filters = readFilters('#metrics-detector-filters');
    this.alertFilters = readFilters('#metrics-detector-alertFilters');
    this.calendar = readLines('#metrics-detector-calendar');
  },
  outputLabels(this: EditorNode, index: number): string {
    return this._(index === 0 ? 'metrics-detector.port.incidents' : 'metrics-detector.port.points');
  },
});
