/** Every node in the real editor: out of the palette, through its dialog, into the help sidebar. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { readEditorHalf } from '../package/editorHalf';
import type { Settings } from '../../lib/settings/Settings';
import type { Fields } from '../../lib/settings/fields';
import { nodeSets, type NodeSet } from '../package/manifest';
import { Editor, type Dialog } from './Editor';
import { install, type Installation } from './installation';

const nodes = nodeSets.map((set) => ({ ...set, editor: readEditorHalf(set.html) }));
const dragged = nodes.filter(({ editor }) => editor.definition.get('category') !== 'config');
const configs = nodes.filter(({ editor }) => editor.definition.get('category') === 'config');

/** A catalogue key that no text was found for: the editor shows it as it is. */
const rawKey = /^[a-z][a-z0-9-]*(\.[A-Za-z0-9]+)+$/;

/** What the runtime makes of each setting; a list that became text would stay readable but is a list no more. */
function meaning({ folder }: NodeSet, config: Readonly<Record<string, unknown>>): object {
  const { settings } = require(path.join(folder, 'settings.js')) as { settings: Settings<Fields> };
  const parsed = Object.entries(settings.fields).map(([name, field]) => {
    const raw = config[name];
    const problem = settings.problem(name, config)?.message;
    return [name, { list: Array.isArray(raw), value: problem ?? field.parse(raw ?? field.default) }];
  });
  return Object.fromEntries(parsed) as object;
}

describe('nodes in the editor', () => {
  let installation: Installation;
  let editor: Editor;

  before(async () => {
    installation = await install();
    editor = await Editor.open(installation.browser, installation.nodeRed.url);
  });
  afterEach(() => assert.deepEqual(editor.problems.splice(0), []));
  after(() => installation?.close());

  async function assertTranslated(dialog: Dialog): Promise<void> {
    const texts = await dialog.texts();
    assert.ok(texts.length > 0);
    assert.deepEqual(
      texts.filter((text) => rawKey.test(text)),
      [],
    );
    for (const label of await dialog.visibleLabels()) assert.notEqual(label, '');
  }

  it('stand together in the palette under one translated heading', async () => {
    assert.match(await editor.category.innerText(), /anomaly detection/i);
    for (const { type, editor: half } of dragged) {
      const label = await editor.paletteNode(type).innerText();
      assert.equal(label.replace(/\s+/g, ' ').trim(), half.definition.get('paletteLabel'));
    }
    await editor.screenshot('palette');
  });

  for (const [index, set] of dragged.entries()) {
    const { type, editor: half } = set;
    it(`${type} can be dragged out, and its dialog opens translated and changes nothing by itself`, async () => {
      const id = await editor.dragOut(type, 150 + 220 * (index % 3), 80 + 90 * Math.floor(index / 3));
      const before = await editor.settingsOf(id);
      const dialog = await editor.openDialog(id);
      await editor.screenshot(`dialog ${type}`);
      await assertTranslated(dialog);
      for (const setting of half.defaults.keys()) {
        // How many outputs a node has follows from its other settings.
        if (setting === 'outputs') continue;
        assert.equal(await dialog.field(setting, type).count(), 1, `field of ${setting}`);
      }
      assert.deepEqual(await dialog.wrappedLabels(), []);
      await dialog.close('ok');
      assert.deepEqual(meaning(set, await editor.settingsOf(id)), meaning(set, before));
      await (await editor.openDialog(id)).close('cancel');
      assert.deepEqual(meaning(set, await editor.settingsOf(id)), meaning(set, before));
    });
  }

  for (const { type } of configs) {
    const user = dragged.find(({ editor: half }) =>
      [...half.defaults.values()].some((property) => property.get('type') === type),
    );
    it(`${type} opens from the dialog of ${user?.type}, translated`, async () => {
      assert.ok(user, `no node uses ${type}`);
      const [property = ''] = [...user.editor.defaults].find(([, entry]) => entry.get('type') === type) ?? [];
      const dialog = await editor.openDialog(await editor.dragOut(user.type, 150, 500));
      const config = await editor.openConfigDialog(property);
      await editor.screenshot(`dialog ${type}`);
      await assertTranslated(config);
      await config.close('ok');
      await dialog.close('ok');
    });
  }

  for (const { type } of nodes) {
    it(`${type} has its help in the sidebar`, async () => {
      const help = await (await editor.help(type)).innerText();
      await editor.screenshot(`help ${type}`);
      for (const heading of ['Details', 'References']) assert.match(help, new RegExp(`^${heading}$`, 'm'));
      assert.doesNotMatch(help, /undefined|data-i18n/);
    });
  }
});
