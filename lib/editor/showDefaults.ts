import type { Fields } from '../settings/fields';
import type { EditorNode } from './RED';
import { textOf } from './textOf';

/** The node whose dialog was opened last. */
let edited: EditorNode | undefined;

/**
 * Call first in `oneditprepare`: a flow's JSON may leave settings out, for which the runtime takes their defaults. The
 * editor would show them as empty and save them so; this fills the defaults into the node and the open dialog.
 */
export function showDefaults(node: EditorNode, fields: Fields): void {
  edited = node;
  for (const [name, field] of Object.entries(fields)) {
    if (node[name] !== undefined) continue;
    node[name] = structuredClone(field.default);
    const input = inputOf(name);
    if (input.is(':checkbox')) input.prop('checked', field.default === true);
    else input.val(textOf(field.default));
  }
}

/** A node's settings as they stand: in its open dialog if there is one, otherwise as they were saved. */
export function settingsShown(node: EditorNode, fields: Fields): Record<string, unknown> {
  const shown: Record<string, unknown> = { ...node };
  if (node !== edited) return shown;
  for (const name of Object.keys(fields)) {
    const input = inputOf(name);
    if (input.length > 0) shown[name] = input.is(':checkbox') ? input.prop('checked') : input.val();
  }
  return shown;
}

function inputOf(name: string): JQuery {
  return $(`#node-input-${name}, #node-config-input-${name}`);
}
