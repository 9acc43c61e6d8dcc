import { parseFields, type Field, type Fields, type ParsedFields } from './fields';
import { SettingError } from './SettingError';

/** All settings of one node type: declared once, parsed at deploy by the runtime, validated field by field in the dialog. */
export interface Settings<F extends Fields> {
  readonly fields: F;
  /** @throws SettingError naming the first setting that is wrong */
  parse(config: object): ParsedFields<F>;
  /** What is wrong with one setting as it stands in the dialog; undefined when nothing is. */
  problem(name: keyof F & string, raw: unknown): SettingError | undefined;
}

export type SettingsOf<S> = S extends Settings<infer F> ? ParsedFields<F> : never;

/**
 * @param fields one Field per setting
 * @param check rules between several settings; throws SettingError
 */
export function defineSettings<const F extends Fields>(
  fields: F,
  check?: (parsed: ParsedFields<F>) => void,
): Settings<F> {
  return {
    fields,
    parse(config) {
      const parsed = parseFields(fields, config as Record<string, unknown>);
      check?.(parsed);
      return parsed;
    },
    problem(name, raw) {
      const field: Field<unknown> = fields[name]!;
      try {
        field.parse(raw ?? field.default);
        return undefined;
      } catch (error) {
        if (error instanceof SettingError) return error;
        throw error;
      }
    },
  };
}
