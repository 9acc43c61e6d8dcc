import { aggregateFunctions } from '../windows/aggregateSpec';
import { operators } from '../records/condition';

/** Texts of the rows, in the user's language. */
export interface AggregateTexts {
  readonly name: string;
  readonly field: string;
  readonly percentile: string;
  readonly where: string;
  readonly value: string;
  readonly addCondition: string;
  readonly removeCondition: string;
}

type Entry = Readonly<Record<string, unknown>>;

interface EditableList {
  editableList(options: {
    addItem: (container: JQuery, index: number, entry: Entry) => void;
    removable: boolean;
    sortable: boolean;
    height: 'auto';
  }): void;
  editableList(method: 'addItem', entry: Entry): void;
  editableList(method: 'items'): JQuery;
}

/** Edits the aggregates of a window: a line for name, function and field, and below it a line for each condition. */
export function showAggregates(selector: string, texts: AggregateTexts, aggregates: unknown): void {
  const list = editable(selector);
  list.editableList({
    addItem: (container, _index, entry) => buildAggregate(container, texts, entry),
    removable: true,
    sortable: true,
    height: 'auto',
  });
  if (Array.isArray(aggregates)) aggregates.forEach((entry: Entry) => list.editableList('addItem', entry));
}

/** The aggregates as they stand in the dialog, with nothing in them that their function does not use. */
export function readAggregates(selector: string): Record<string, unknown>[] {
  return editable(selector)
    .editableList('items')
    .toArray()
    .map((item) => {
      const fn = valueIn($(item), 'fn');
      const field = valueIn($(item), 'field');
      const where = $(item)
        .find('.streamcut-condition')
        .toArray()
        .map((row) => ({
          field: valueIn($(row), 'where-field'),
          op: valueIn($(row), 'where-op'),
          value: valueIn($(row), 'where-value'),
        }));
      return {
        name: valueIn($(item), 'name'),
        fn,
        ...(field !== '' ? { field } : {}),
        ...(fn === 'percentile' ? { p: numberOrText(valueIn($(item), 'p')) } : {}),
        ...(where.length > 0 ? { where } : {}),
      };
    });
}

function buildAggregate(container: JQuery, texts: AggregateTexts, entry: Entry): void {
  const conditions = $('<div>');
  const percentile = input('p', texts.percentile, '52px', entry.p ?? 95);
  const fn = select('fn', aggregateFunctions, '105px', entry.fn ?? 'count').on('change', () =>
    percentile.toggle(fn.val() === 'percentile'),
  );
  const add = $('<button type="button" class="red-ui-button red-ui-button-small">')
    .append('<i class="fa fa-filter"></i>')
    .attr({ title: texts.addCondition, 'aria-label': texts.addCondition })
    .on('click', () => addCondition(conditions, texts, {}));
  const line = $('<div>').css({ display: 'flex', gap: '4px', alignItems: 'center' });
  line.append(
    input('name', texts.name, '', entry.name).css({ flex: '1 1 0', minWidth: '0' }),
    fn,
    percentile,
    input('field', texts.field, '', entry.field).css({ flex: '1.2 1 0', minWidth: '0' }),
    add,
  );
  container.append(line, conditions);
  fn.trigger('change');
  if (Array.isArray(entry.where))
    entry.where.forEach((condition: Entry) => addCondition(conditions, texts, condition));
}

function addCondition(conditions: JQuery, texts: AggregateTexts, condition: Entry): void {
  const row = $('<div class="streamcut-condition">').css({
    display: 'flex',
    gap: '4px',
    alignItems: 'center',
    margin: '4px 0 0 16px',
  });
  const remove = $('<button type="button" class="red-ui-button red-ui-button-small">')
    .append('<i class="fa fa-times"></i>')
    .attr({ title: texts.removeCondition, 'aria-label': texts.removeCondition })
    .on('click', () => void row.remove());
  row.append(
    $('<span>').text(texts.where),
    input('where-field', texts.field, '', condition.field).css({ flex: '1 1 0', minWidth: '0' }),
    select('where-op', operators, '95px', condition.op ?? '=='),
    input('where-value', texts.value, '', condition.value).css({ flex: '1 1 0', minWidth: '0' }),
    remove,
  );
  conditions.append(row);
}

function input(column: string, hint: string, width: string, value: unknown): JQuery {
  const text = value === undefined || value === null ? '' : String(value as string | number);
  return $('<input type="text">')
    .attr({ 'data-column': column, placeholder: hint, title: hint })
    .css({ width })
    .val(text);
}

function select(column: string, choices: readonly string[], width: string, value: unknown): JQuery {
  const options = choices.map((choice) => $('<option>').val(choice).text(choice));
  return $('<select>')
    .attr('data-column', column)
    .css({ width, flex: 'none' })
    .append(...options)
    .val(String(value as string));
}

function valueIn(parent: JQuery, column: string): string {
  return String(parent.find(`[data-column="${column}"]`).val() ?? '').trim();
}

function numberOrText(text: string): number | string {
  return text !== '' && !Number.isNaN(Number(text)) ? Number(text) : text;
}

function editable(selector: string): EditableList {
  return $(selector) as unknown as EditableList;
}
