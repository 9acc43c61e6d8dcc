import { compileTemplate } from '../records/template';
import { text, type Field } from './fields';

/** A text setting that is a template: refused at deploy, and in the dialog, when it cannot be read as one. */
export function templateText(field: Field<string> = text()): Field<string> {
  return {
    default: field.default,
    parse(raw) {
      const template = field.parse(raw);
      compileTemplate(template);
      return template;
    },
  };
}
