import { compileTemplate } from '../records/template';
import { checked, text, type Field } from './fields';

/** A text setting that is a template: refused at deploy, and in the dialog, when it cannot be read as one. */
export function templateText(field: Field<string> = text()): Field<string> {
  return checked(field, compileTemplate);
}
