import Mustache from 'mustache';
import { SettingError } from '../settings/SettingError';
import { RecordError } from './RecordError';

/**
 * Fills a template from a view, an object that the names of the template are read from.
 * Throws RecordError naming a value that is missing or cannot be written.
 */
export type Template = (view: object) => string;

/** How mustache keeps a parsed template, which its types leave open. */
type Token = [kind: string, value: string, start: number, end: number, children?: Token[]];

/**
 * Compiles a mustache template (https://mustache.github.io/mustache.5.html) into plain text: nothing is escaped for
 * HTML, numbers come out as they are and objects as JSON. A missing value is an error instead of a gap, except in the
 * parts of the template that a section (`{{#payload.site}}…{{/payload.site}}`) leaves out.
 * @throws SettingError when the text is not a template
 */
export function compileTemplate(text: string): Template {
  const tokens = parse(text);
  if (tokens.every(([kind]) => kind === 'text')) return () => text;
  const writer = new PlainWriter();
  return (view) =>
    writer.renderTokens(tokens as unknown as string[][], new Mustache.Context(view), undefined, text);
}

class PlainWriter extends Mustache.Writer {
  override escapedValue([, name = '']: string[], context: Mustache.Context): string {
    return print(name, context.lookup(name));
  }

  override unescapedValue(token: string[], context: Mustache.Context): string {
    return this.escapedValue(token, context);
  }
}

function print(name: string, value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(value);
    case 'object':
      if (value !== null && !(value instanceof Uint8Array)) return json(name, value);
  }
  throw new RecordError(name, value, 'a value that the template can print');
}

function json(name: string, value: object): string {
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
  try {
    return JSON.stringify(value);
  } catch {
    throw new RecordError(name, value, 'without circular references for the template to print it');
  }
}

function parse(text: string): Token[] {
  let tokens: Token[];
  try {
    tokens = Mustache.parse(text) as Token[];
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : String(error));
  }
  refuseWhatPrintsNothing(tokens);
  return tokens;
}

function refuseWhatPrintsNothing(tokens: readonly Token[]): void {
  for (const [kind, value, , , children] of tokens) {
    if (kind === '>') throw invalid(`it asks for another template, "${value}", and there is none`);
    if (kind !== 'text' && value.trim() === '') throw invalid('it has a tag without a name');
    if (Array.isArray(children)) refuseWhatPrintsNothing(children);
  }
}

function invalid(reason: string): SettingError {
  return new SettingError('template', { reason });
}
