import type { Fields } from '../settings/fields';
import type { EditorNode } from './RED';

const summaryStyle = {
  cursor: 'pointer',
  padding: '8px 0',
  fontWeight: '600',
  borderTop: '1px solid var(--red-ui-secondary-border-color, #ddd)',
};
const contentStyle = { padding: '4px 0' };
/** Room for the longest label in one line. */
const labelWidth = '110px';

/**
 * Dresses the dialog's folded sections, each a `<details>` with a `<summary>` and a `<div>` of rows. Open are those in
 * which something is not as it would be by default, so that nothing that has an effect is out of sight.
 */
export function showSections(type: string, node: EditorNode, fields: Fields): void {
  const sections = $(`details.${type}-section`);
  // All labels alike, so that the inputs inside and outside of sections stand in one column.
  sections
    .parent()
    .find('.form-row > label')
    .filter((_, label) => label.style.width === '')
    .css('width', labelWidth);
  sections.each((_, element) => {
    const section = $(element);
    section.children('summary').css(summaryStyle);
    section.children('div').css(contentStyle);
    const isSet = Object.entries(fields).some(
      ([name, field]) =>
        section.find(`#node-input-${name}, #${type}-${name}`).length > 0 &&
        JSON.stringify(node[name]) !== JSON.stringify(field.default),
    );
    section.prop('open', isSet);
  });
}
