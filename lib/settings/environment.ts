import type { Field } from './fields';

/** Whether a setting names an environment variable, `${NAME}`, which Node-RED fills in at deploy. */
export function isVariable(raw: unknown): boolean {
  return typeof raw === 'string' && /^\$\{[^}]+\}$/.test(raw.trim());
}

/** Text that may stand in an environment variable; Node-RED leaves `${NAME}` as it is when the variable is not set. */
export function valueOrEmpty(text: unknown): string {
  return typeof text !== 'string' || isVariable(text) ? '' : text.trim();
}

/** A text setting that is empty when the environment variable it names is not set, and may then take its default. */
export function environmentText(field: Field<string>): Field<string> {
  return {
    default: field.default,
    parse: (raw) => field.parse(typeof raw === 'string' ? valueOrEmpty(raw) || field.default : raw),
  };
}
