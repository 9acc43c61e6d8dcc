import { aggregateFunctions } from '../windows/aggregateSpec';
import { operators } from '../records/condition';
import {
  numberOrText,
  readEntries,
  selectInput,
  showEntries,
  textIn,
  textInput,
  type Entry,
} from './editableList';

/** Texts of the rows, in the user's language. */
export interface AggregateTexts {
  readonly name: string;
  readonly fn: string;
  readonly field: string;
  readonly percentile: string;
  readonly where: string;
  readonly op: string;
  readonly value: string;
  readonly addCondition: string;
  readonly removeCondition: string;
}

const inLine = { display: 'flex', gap: '4px', alignItems: 'center' };
/** The inputs of a line share what its selects leave. */
const share = { flex: '1 1 0', minWidth: '0' };
const fixed = (width: string) => ({ width, flex: 'none' });

/** Edits the aggregates of a window: a line for name, function and field, and below it a line for each condition. */
export function showAggregates(selector: string, texts: AggregateTexts, aggregates: unknown): void {
  showEntries(selector, aggregates, (row, entry) => buildAggregate(row, texts, entry));
}

/** The aggregates as they stand in the dialog, with nothing in them that their function does not use. */
export function readAggregates(selector: string): Record<string, unknown>[] {
  return readEntries(selector, (row) => {
    const fn = textIn(row, 'fn');
    const field = textIn(row, 'field');
    const where = row.find('.streamcut-condition').toArray().map(readCondition);
    return {
      name: textIn(row, 'name'),
      fn,
      ...(field !== '' ? { field } : {}),
      ...(fn === 'percentile' ? { p: numberOrText(textIn(row, 'p')) } : {}),
      ...(where.length > 0 ? { where } : {}),
    };
  });
}

function readCondition(element: HTMLElement): Record<string, unknown> {
  const row = $(element);
  return {
    field: textIn(row, 'where-field'),
    op: textIn(row, 'where-op'),
    value: textIn(row, 'where-value'),
  };
}

function buildAggregate(container: JQuery, texts: AggregateTexts, entry: Entry): void {
  const conditions = $('<div>');
  const percentile = textInput('p', texts.percentile, entry.p ?? 95).css({ width: '52px' });
  const fn = selectInput('fn', texts.fn, aggregateFunctions, entry.fn)
    .css(fixed('105px'))
    .on('change', () => percentile.toggle(fn.val() === 'percentile'));
  const add = $('<button type="button" class="red-ui-button red-ui-button-small">')
    .append('<i class="fa fa-filter"></i>')
    .attr({ title: texts.addCondition, 'aria-label': texts.addCondition })
    .on('click', () => addCondition(conditions, texts, {}));
  const line = $('<div>').css(inLine);
  line.append(
    textInput('name', texts.name, entry.name).css(share),
    fn,
    percentile,
    textInput('field', texts.field, entry.field).css(share),
    add,
  );
  container.append(line, conditions);
  fn.trigger('change');
  if (Array.isArray(entry.where))
    entry.where.forEach((condition: Entry) => addCondition(conditions, texts, condition));
}

function addCondition(conditions: JQuery, texts: AggregateTexts, condition: Entry): void {
  const row = $('<div class="streamcut-condition">').css({ ...inLine, margin: '4px 0 0 16px' });
  const remove = $('<button type="button" class="red-ui-button red-ui-button-small">')
    .append('<i class="fa fa-times"></i>')
    .attr({ title: texts.removeCondition, 'aria-label': texts.removeCondition })
    .on('click', () => void row.remove());
  row.append(
    $('<span>').text(texts.where),
    textInput('where-field', texts.field, condition.field).css(share),
    selectInput('where-op', texts.op, operators, condition.op).css(fixed('95px')),
    textInput('where-value', texts.value, condition.value).css(share),
    remove,
  );
  conditions.append(row);
}
