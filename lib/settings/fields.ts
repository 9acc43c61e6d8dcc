/**
 * The building blocks of a node's settings. A field knows its default and turns whatever a flow's JSON, a dialog or an
 * environment variable holds into a typed value, or throws a SettingError. The runtime parses with it once at deploy
 * and the editor validates with it, so help, dialog and node cannot disagree.
 */
import { describeValue } from '../records/describeValue';
import { numeric } from '../records/numeric';
import { SettingError, type Problem, type ProblemValues } from './SettingError';

export interface Field<T> {
  readonly default: T;
  /** `raw` is what stands in the flow; undefined takes the default. */
  parse(raw: unknown): T;
}

export type Scalar = string | number | boolean;

export type Fields = Readonly<Record<string, Field<unknown>>>;
export type ParsedFields<F extends Fields> = {
  readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never;
};

function reject(problem: Problem, seen: unknown, values: ProblemValues = {}): never {
  throw new SettingError(problem, { ...values, seen: describeValue(seen) });
}

export function integer(options: { default: number; min: number; max: number }): Field<number> {
  const { min, max } = options;
  return {
    default: options.default,
    parse(raw) {
      const value = numeric(raw);
      if (!Number.isSafeInteger(value) || value < min || value > max) reject('integer', raw, { min, max });
      return value;
    },
  };
}

export function number(options: { default: number; min?: number; max?: number }): Field<number> {
  const { min = -Number.MAX_VALUE, max = Number.MAX_VALUE } = options;
  return {
    default: options.default,
    parse(raw) {
      const value = numeric(raw);
      if (!Number.isFinite(value) || value < min || value > max) reject('number', raw, { min, max });
      return value;
    },
  };
}

/** A number, or '' for none. */
export function optionalNumber(options: { min?: number; max?: number } = {}): Field<number | ''> {
  const given = number({ default: 0, ...options });
  return { default: '', parse: (raw) => (raw === '' ? '' : given.parse(raw)) };
}

export function choice<const C extends string>(choices: readonly C[], fallback: NoInfer<C>): Field<C> {
  return {
    default: fallback,
    parse(raw) {
      const found = choices.find((one) => one === raw);
      return found ?? reject('choice', raw, { choices: choices.join(', ') });
    },
  };
}

export function text(
  options: { default?: string; required?: boolean; pattern?: RegExp; what?: string } = {},
): Field<string> {
  const { pattern, required = false, what = '' } = options;
  return {
    default: options.default ?? '',
    parse(raw) {
      if (typeof raw !== 'string') reject('text', raw);
      if (raw === '') {
        if (required) throw new SettingError('required');
        return raw;
      }
      if (pattern && !pattern.test(raw)) reject('pattern', raw, { what });
      return raw;
    },
  };
}

/** What something is compared with: a number, true or false as it stands, or text. */
export function scalar(fallback: Scalar): Field<Scalar> {
  return {
    default: fallback,
    parse: (raw) => (typeof raw === 'number' || typeof raw === 'boolean' ? raw : text().parse(raw)),
  };
}

export function flag(fallback: boolean): Field<boolean> {
  return {
    default: fallback,
    parse(raw) {
      if (raw === true || raw === 'true') return true;
      if (raw === false || raw === 'false') return false;
      return reject('flag', raw);
    },
  };
}

/** A list in the flow's JSON; in a dialog or an environment variable also text separated by commas or blanks. */
export function list<T>(
  item: Field<T>,
  options: { default?: readonly T[]; min?: number; max?: number } = {},
): Field<readonly T[]> {
  const { min = 0, max = 10_000 } = options;
  return {
    default: options.default ?? [],
    parse(raw) {
      const items: unknown =
        typeof raw === 'string' ? raw.split(/[\s,]+/).filter((part) => part !== '') : raw;
      if (!Array.isArray(items)) reject('list', raw);
      if (items.length < min || items.length > max) {
        throw new SettingError('listLength', { min, max, seen: items.length });
      }
      return items.map((each, index) => parseAt(item, each, `[${index}]`));
    },
  };
}

/** An object inside a setting, such as one aggregate of a window. Entries left out take their defaults. */
export function object<F extends Fields>(fields: F): Field<ParsedFields<F>> {
  return {
    default: defaultsOf(fields),
    parse(raw) {
      if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) reject('object', raw);
      return parseFields(fields, raw as Record<string, unknown>);
    },
  };
}

/** A field whose value must also pass `check`, which throws a SettingError for one that does not. */
export function checked<T>(field: Field<T>, check: (value: T) => void): Field<T> {
  return {
    default: field.default,
    parse(raw) {
      const value = field.parse(raw);
      check(value);
      return value;
    },
  };
}

export function parseFields<F extends Fields>(
  fields: F,
  raw: Readonly<Record<string, unknown>>,
): ParsedFields<F> {
  const parsed: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) {
    // Parsing the default too lets a required field refuse its own empty default.
    parsed[name] = parseAt(field, raw[name] ?? field.default, name);
  }
  return parsed as ParsedFields<F>;
}

function defaultsOf<F extends Fields>(fields: F): ParsedFields<F> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, field.default]),
  ) as ParsedFields<F>;
}

/** Parses one field of something larger. @throws SettingError whose path begins with `path` */
export function parseAt<T>(field: Field<T>, raw: unknown, path: string): T {
  try {
    return field.parse(raw);
  } catch (error) {
    throw error instanceof SettingError ? error.within(path) : error;
  }
}
