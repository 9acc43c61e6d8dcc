import type { Fields } from '../settings/fields';
import type { EditorNode } from './RED';

/**
 * Call first in `oneditprepare`: a flow's JSON may leave settings out, for which the runtime takes their defaults. The
 * editor would show them as empty and save them so; this fills the defaults into the node and the open dialog.
 */
export function showDefaults(node: EditorNode, fields: Fields): void {
  for (const [name, field] of Object.entries(fields)) {
    if (node[name] !== undefined) continue;
    node[name] = structuredClone(field.default);
    const input = $(`#node-input-${name}, #node-config-input-${name}`);
    if (input.is(':checkbox')) input.prop('checked', field.default === true);
    else input.val(String(field.default ?? ''));
  }
}
