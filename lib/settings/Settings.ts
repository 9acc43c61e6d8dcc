import { describeValue } from '../records/describeValue';
import { isVariable } from './environment';
import { parseAt, parseFields, type Fields, type ParsedFields } from './fields';
import { SettingError } from './SettingError';

/** All settings of one node type: declared once, parsed at deploy by the runtime, validated one by one in the dialog. */
export interface Settings<F extends Fields> {
  readonly fields: F;
  /** @throws SettingError naming the first setting that is wrong */
  parse(config: object): ParsedFields<F>;
  /**
   * What is wrong with one setting among the others as they stand in the dialog; undefined when nothing is. A rule between
   * settings says nothing while another one that it reads is wrong itself, or an environment variable that only the
   * runtime can fill in.
   */
  problem(name: keyof F & string, config: object): SettingError | undefined;
}

export type SettingsOf<S> = S extends Settings<infer F> ? ParsedFields<F> : never;

/** A rule between settings, which throws a SettingError that names the one to change. */
type Rule<F extends Fields> = (parsed: ParsedFields<F>) => void;

/**
 * @param fields one Field per setting
 * @param rules each is checked alone in the dialog, so that none hides what another one finds
 */
export function defineSettings<const F extends Fields>(fields: F, ...rules: Rule<F>[]): Settings<F> {
  return {
    fields,
    parse(config) {
      const parsed = parseFields(fields, config as Record<string, unknown>);
      for (const rule of rules) rule(parsed);
      return parsed;
    },
    problem(name, config) {
      const raw = config as Record<string, unknown>;
      if (isVariable(raw[name])) return undefined;
      const parsed = parsedWhenRead(fields, raw);
      const problems = [() => void parsed[name], ...rules.map((rule) => () => rule(parsed))].map(thrownBy);
      return problems.find((problem) => problem?.setting === name);
    },
  };
}

/** Settings of which each throws what is wrong with it only when it is read. */
function parsedWhenRead<F extends Fields>(
  fields: F,
  raw: Readonly<Record<string, unknown>>,
): ParsedFields<F> {
  const parsed = {};
  for (const [name, field] of Object.entries(fields)) {
    const get = (): unknown => {
      if (isVariable(raw[name])) throw new SettingError('text', { seen: describeValue(raw[name]) }, name);
      return parseAt(field, raw[name] ?? field.default, name);
    };
    Object.defineProperty(parsed, name, { enumerable: true, get });
  }
  return parsed as ParsedFields<F>;
}

function thrownBy(check: () => void): SettingError | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof SettingError) return error;
    throw error;
  }
}
