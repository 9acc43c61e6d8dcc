import { compileCondition, operators } from '../../lib/records/condition';
import { describeValue } from '../../lib/records/describeValue';
import { checked, choice, integer, list, number, object, scalar, text } from '../../lib/settings/fields';
import { SettingError } from '../../lib/settings/SettingError';
import { defineSettings, type SettingsOf } from '../../lib/settings/Settings';
import { aggregateFunctions, type AggregateSpec } from '../../lib/windows/aggregateSpec';
import type { DerivedSpec } from '../../lib/windows/derived';
import { parseExpression } from '../../lib/windows/expression';
import { timeFormats } from '../../lib/windows/timeOf';

/** Milliseconds in each unit. Days are days of UTC. */
export const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
export type Unit = keyof typeof units;

const year = 366 * units.d;

/** Fields of a partial window beside its key fields. */
const partialFields: readonly string[] = ['partial', 'window'];

/** A name that can stand in an expression. `__proto__` cannot be the name of a property. */
const resultName = () =>
  text({
    required: true,
    pattern: /^(?!__proto__$)[A-Za-z_]\w*$/,
    what: 'a name of letters, digits and _ that does not begin with a digit',
  });

const condition = checked(
  object({ field: text({ required: true }), op: choice(operators, '=='), value: scalar('') }),
  ({ op, value }) => void compileCondition(op, value),
);

const aggregate = object({
  name: resultName(),
  fn: choice(aggregateFunctions, 'count'),
  field: text(),
  p: number({ default: 95, min: 0, max: 100 }),
  where: list(condition, { max: 20 }),
});

const derived = object({
  name: resultName(),
  expression: checked(text({ required: true }), parseExpression),
});

const countAll: AggregateSpec = { name: 'count', fn: 'count', field: '', p: 95, where: [] };

export const settings = defineSettings(
  {
    input: choice(['records', 'partials'], 'records'),
    output: choice(['results', 'partial'], 'results'),
    size: integer({ default: 10, min: 1, max: year }),
    unit: choice(Object.keys(units) as Unit[], 's'),
    timeSource: choice(['arrival', 'event'], 'arrival'),
    timeField: text(),
    timeFormat: choice(timeFormats, 'auto'),
    lateness: integer({ default: 0, min: 0, max: year }),
    idleTimeout: integer({ default: 60_000, min: 0, max: year }),
    maxAhead: integer({ default: units.h, min: 0, max: 100 * year }),
    keyFields: list(text({ required: true })),
    aggregates: list(aggregate, { default: [countAll], min: 1, max: 100 }),
    derived: list(derived, { max: 100 }),
    fill: choice(['none', 'zero'], 'none'),
    keyExpiry: integer({ default: 100, min: 1, max: 100_000 }),
    maxKeys: integer({ default: 10_000, min: 1, max: 10_000_000 }),
    maxWindows: integer({ default: 100_000, min: 1, max: 10_000_000 }),
  },
  ({ size, unit }) => {
    if (sizeOf({ size, unit }) > year) {
      throw new SettingError('integer', { min: 1, max: year / units[unit], seen: size }, 'size');
    }
  },
  ({ output, keyFields }) => {
    if (output === 'partial') checkKeyFields(keyFields);
  },
  ({ keyFields, aggregates, derived }) => checkNames(keyFields, aggregates, derived),
);

export type WindowSettings = SettingsOf<typeof settings>;

/** Length of a window in milliseconds. */
export function sizeOf({ size, unit }: { readonly size: number; readonly unit: Unit }): number {
  return size * units[unit];
}

function checkKeyFields(keyFields: readonly string[]): void {
  keyFields.forEach((field, index) => {
    if (!partialFields.includes(field)) return;
    throw new SettingError('duplicate', { seen: describeValue(field) }, `keyFields[${index}]`);
  });
}

/** Every name of the result is used once, and an expression reads only what is there before it. */
function checkNames(
  keyFields: readonly string[],
  aggregates: readonly AggregateSpec[],
  derived: readonly DerivedSpec[],
): void {
  const taken = new Set(keyFields);
  const readable = new Set<string>();
  const take = (name: string, path: string) => {
    if (taken.has(name)) throw new SettingError('duplicate', { seen: describeValue(name) }, path);
    taken.add(name);
  };
  aggregates.forEach(({ name }, index) => {
    take(name, `aggregates[${index}].name`);
    readable.add(name);
  });
  derived.forEach(({ name, expression }, index) => {
    const unknown = parseExpression(expression).names.find((read) => !readable.has(read));
    if (unknown !== undefined) {
      const reason = `there is no "${unknown}" among ${[...readable].join(', ')}`;
      throw new SettingError('expression', { reason }, `derived[${index}].expression`);
    }
    take(name, `derived[${index}].name`);
    readable.add(name);
  });
}
