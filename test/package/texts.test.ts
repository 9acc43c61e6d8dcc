/** Dialogs, catalogues and help texts of the built nodes: nothing untranslated, nothing missing, nothing unused. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { keysInCode, parseScript, readCatalogue } from './catalogue';
import { readEditorHalf, type EditorHalf } from './editorHalf';
import { catalogueFile, helpFile, nodeSets, type NodeSet } from './manifest';
import { catalogueKeys, pieces, textOf, type Piece } from './markup';

for (const set of nodeSets) {
  describe(`texts of ${set.type}`, () => {
    let editor: EditorHalf;
    let dialog: Piece[];
    let help: string;
    let catalogue: ReadonlyMap<string, string>;

    before(() => {
      editor = readEditorHalf(set.html);
      dialog = pieces(editor.template);
      help = readFileSync(helpFile(set), 'utf8');
      catalogue = readCatalogue(catalogueFile(set));
    });

    const dialogKeys = () => dialog.flatMap(({ attributes }) => catalogueKeys(attributes['data-i18n']));

    it('has a text for every key that dialog and code name', () => {
      const code = codeKeys(set, editor);
      const known = [...catalogue.keys()];
      const wanted = [...dialogKeys(), ...code.whole].filter((key) => !key.startsWith('node-red:'));
      assert.deepEqual(
        wanted.filter((key) => !catalogue.has(key)),
        [],
      );
      assert.deepEqual(
        code.prefixes.filter((prefix) => !known.some((key) => key.startsWith(prefix))),
        [],
      );
    });

    it('has no text that nothing shows', () => {
      const code = codeKeys(set, editor);
      // What is wrong with a setting is said by its label, also where the dialog shows it in the row of another one.
      const labels = [...editor.defaults.keys()].map((setting) => `${set.type}.label.${setting}`);
      const used = new Set([...dialogKeys(), ...code.whole, ...labels]);
      const unused = [...catalogue.keys()].filter(
        (key) =>
          key.startsWith(`${set.type}.`) &&
          !used.has(key) &&
          !code.prefixes.some((prefix) => key.startsWith(prefix)),
      );
      assert.deepEqual(unused, []);
    });

    it('has a label for every setting and every credential, to say what is wrong with it', () => {
      // How many outputs a node has follows from its other settings.
      const settings = [...editor.defaults.keys(), ...editor.credentials].filter(
        (name) => name !== 'outputs',
      );
      const unnamed = settings.filter((name) => !catalogue.has(`${set.type}.label.${name}`));
      assert.deepEqual(unnamed, []);
    });

    it('has no empty text', () => {
      const empty = [...catalogue].filter(([, text]) => text.trim() === '');
      assert.deepEqual(empty, []);
    });

    it('takes every text of the dialog from the catalogue', () => {
      assert.deepEqual(dialog.filter(isBare), []);
    });

    it('has a form field for every setting and every credential', () => {
      // How many outputs a node has follows from its other settings.
      const settings = [...editor.defaults.keys()].filter((name) => name !== 'outputs');
      const missing = [...settings, ...editor.credentials].filter(
        (setting) => !dialog.some((piece) => isFieldOf(set.type, setting, piece)),
      );
      assert.deepEqual(missing, []);
    });

    it('explains every setting in the help, by its label or its name', () => {
      const text = textOf(help).toLowerCase();
      const unexplained = [...editor.defaults.keys(), ...editor.credentials]
        .filter((setting) => setting !== 'name')
        .filter((setting) => {
          const labels = labelKeys(set.type, setting, dialog).map((key) => catalogue.get(key) ?? key);
          return ![setting, ...labels].some((word) => text.includes(word.toLowerCase()));
        });
      assert.deepEqual(unexplained, []);
    });

    it('has a help text with a summary and the sections that Node-RED users expect', () => {
      assert.match(help, new RegExp(`<script type="text/html" data-help-name="${set.type}">\\s*<p>`));
      const headings = [...help.matchAll(/<h3>([^<]*)<\/h3>/g)].map(([, heading]) => heading!.trim());
      const isConfig = editor.definition.get('category') === 'config';
      const ports = isConfig ? [] : [...inputHeading(editor), ...outputHeading(editor)];
      assert.deepEqual(headings, [...ports, 'Details', 'References']);
      assert.match(help.slice(help.indexOf('References')), /<a href="https:\/\//);
    });

    it('numbers its outputs in the help when there are several', () => {
      const outputs = Number(editor.definition.get('outputs') ?? 0);
      if (outputs < 2) return;
      const list = /<ol class="node-ports">([\s\S]*?)<\/ol>/.exec(help)?.[1] ?? '';
      assert.equal(list.match(/<li>/g)?.length, outputs);
    });
  });
}

function inputHeading({ definition }: EditorHalf): string[] {
  return definition.get('inputs') === 1 ? ['Inputs'] : [];
}

function outputHeading({ definition }: EditorHalf): string[] {
  return definition.get('outputs') === 0 ? [] : ['Outputs'];
}

function codeKeys(set: NodeSet, editor: EditorHalf) {
  const runtime = readdirSync(set.folder).filter((file) => file.endsWith('.js'));
  return keysInCode(set.type, [
    ...editor.scripts,
    ...runtime.map((file) => parseScript(path.join(set.folder, file))),
  ]);
}

/**
 * Text that is no catalogue's: words between tags or in a title. An option without a value shows what is stored, such as
 * an operator, and a placeholder of one word is a sample value.
 */
function isBare({ tag, attributes, text }: Piece): boolean {
  const words = tag === 'option' && attributes.value === undefined ? '' : text;
  const shown = [words.replace(/&\w+;/g, ''), attributes.title, attributes['aria-label']].join(' ');
  return /\p{L}/u.test(shown) || /\s/.test(attributes.placeholder ?? '');
}

/** `node-input-<setting>` is the editor's own naming; structured settings have a widget `<type>-<setting>`. */
function isFieldOf(type: string, setting: string, { attributes }: Piece): boolean {
  const { id = '' } = attributes;
  return [`node-input-${setting}`, `node-config-input-${setting}`, `${type}-${setting}`].includes(id);
}

/** The keys of the label that belongs to a setting's field: its own, or that of the row which it stands in. */
function labelKeys(type: string, setting: string, dialog: readonly Piece[]): string[] {
  const field = dialog.findIndex((piece) => isFieldOf(type, setting, piece));
  const own = dialog.findIndex(
    ({ tag, attributes }) => tag === 'label' && attributes.for === dialog[field]?.attributes.id,
  );
  const label = own >= 0 ? own : dialog.slice(0, field).findLastIndex(({ tag }) => tag === 'label');
  if (label < 0) return [];
  const end = dialog.findIndex(({ tag }, index) => index > label && tag === '/label');
  return dialog.slice(label, end).flatMap(({ attributes }) => catalogueKeys(attributes['data-i18n']));
}
