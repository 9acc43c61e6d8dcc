import { SettingError } from '../settings/SettingError';
import { describeValue } from './describeValue';
import { numeric } from './numeric';

export const operators = ['==', '!=', '<', '<=', '>', '>=', 'contains', 'matches', 'exists'] as const;
export type Operator = (typeof operators)[number];
export type Condition = (seen: unknown) => boolean;

const orderings: Partial<Record<Operator, (a: number, b: number) => boolean>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

/**
 * Compiles one comparison. Numbers compare as numbers, also when one side is numeric text; everything else as text.
 * A missing value meets only `!=` (and `exists` with the value false).
 * @throws SettingError when `value` cannot serve the operator
 */
export function compileCondition(operator: Operator, value: unknown): Condition {
  const order = orderings[operator];
  if (order) {
    const limit = numeric(value);
    if (Number.isNaN(limit)) throw notComparable(value);
    // What is no number is neither more nor less than one.
    return (seen) => order(numeric(seen), limit);
  }
  switch (operator) {
    case '!=':
      return (seen) => !equal(seen, value);
    case 'contains':
      return (seen) =>
        Array.isArray(seen) ? seen.some((item) => equal(item, value)) : asText(seen).includes(asText(value));
    case 'matches': {
      const pattern = regularExpression(value);
      return (seen) => seen !== undefined && seen !== null && pattern.test(asText(seen));
    }
    case 'exists': {
      const wanted = value !== false && value !== 'false';
      return (seen) => (seen !== undefined && seen !== null) === wanted;
    }
    default:
      return (seen) => equal(seen, value);
  }
}

function equal(a: unknown, b: unknown): boolean {
  if (a === undefined || a === null) return false;
  const x = numeric(a);
  return Number.isNaN(x) ? asText(a) === asText(b) : x === numeric(b);
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? describeValue(value) : String(value as number | boolean);
}

function regularExpression(value: unknown): RegExp {
  try {
    return new RegExp(asText(value));
  } catch {
    throw new SettingError('pattern', { what: 'a regular expression', seen: describeValue(value) }, 'value');
  }
}

function notComparable(value: unknown): SettingError {
  return new SettingError('pattern', { what: 'a number', seen: describeValue(value) }, 'value');
}
