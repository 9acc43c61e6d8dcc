/**
 * The flow library's scorecard, as far as it needs no network: the codes are those of `node-red-dev validate`
 * (https://nodered.org/docs/creating-nodes/scorecard).
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { readEditorHalf, type EditorHalf } from './editorHalf';
import { examples } from './examples';
import { catalogueFile, helpFile, manifest, nodeSets, root } from './manifest';
import { readRuntimeHalf } from './runtimeHalf';

/** `>=x.y.z`, the only form that the package uses for the versions it runs on. */
function lowest(range: string | undefined): number[] {
  const match = /^>=(\d+)(?:\.(\d+))?(?:\.(\d+))?$/.exec(range ?? '');
  assert.ok(match, `${range} must be a plain lower bound`);
  return match.slice(1).map((part) => Number(part ?? 0));
}

describe('scorecard of the package', () => {
  it('P01: names an SPDX licence and carries its text', () => {
    assert.equal(manifest.license, 'Apache-2.0');
    assert.ok(existsSync(path.join(root, 'LICENSE')));
  });

  it('P03: says where the source and the bug tracker are', () => {
    assert.match(manifest.repository?.url ?? '', /^git\+https:/);
    assert.match(manifest.bugs?.url ?? '', /^https:/);
  });

  it('P04: has a scoped name', () => {
    assert.match(manifest.name, /^@[a-z-]+\/node-red-[a-z-]+$/);
  });

  it('P05: has the keyword that the flow library searches for', () => {
    assert.ok(manifest.keywords?.includes('node-red'));
  });

  it('P06: accepts Node-RED 4 and 5', () => {
    assert.deepEqual(lowest(manifest['node-red'].version), [4, 0, 0]);
  });

  it('P07: accepts the oldest Node.js that the latest Node-RED accepts, 22.9', () => {
    const [major = 0] = lowest(manifest.engines?.node);
    assert.ok(major <= 22);
  });

  it('D01: has at most six dependencies, none of them Node-RED', () => {
    const dependencies = Object.keys(manifest.dependencies ?? {});
    assert.ok(dependencies.length <= 6, dependencies.join(', '));
    // A peer range on node-red makes npm install a second Node-RED into the user directory.
    assert.equal(manifest.peerDependencies, undefined);
    assert.deepEqual(
      dependencies.filter((name) => name === 'node-red' || name.startsWith('@node-red/')),
      [],
    );
  });

  it('D03: lets every dependency take later releases of its major version', () => {
    for (const [name, range] of Object.entries(manifest.dependencies ?? {})) {
      assert.match(range, /^\^\d+\.\d+\.\d+$/, name);
    }
  });

  it('N02: shows every node in an example', () => {
    const shown = new Set(examples.flatMap(({ nodes }) => nodes.map(({ type }) => type)));
    const missing = nodeSets.filter(({ type }) => !shown.has(type));
    assert.deepEqual(
      missing.map(({ type }) => type),
      [],
    );
  });
});

describe('examples', () => {
  const bundled = ['tab', 'comment', 'inject', 'debug', 'catch', 'status', 'complete', 'group', 'change'];
  const files = ['file', 'file in', 'csv'];
  const core = new Set([
    ...bundled,
    'function',
    'switch',
    'template',
    'link in',
    'link out',
    'link call',
    ...files,
  ]);
  const own = new Set(nodeSets.map(({ type }) => type));

  for (const { name, nodes } of examples) {
    it(`${name} uses no node of another package, and ids that collide with nobody's`, () => {
      const foreign = nodes.filter(({ type }) => !own.has(type) && !core.has(type));
      assert.deepEqual(
        foreign.map(({ type }) => type),
        [],
      );
      // Node-RED keeps an imported id when it is free, so a short one meets that of another flow.
      for (const { id } of nodes) assert.match(id, /^[0-9a-f]{16}$/);
    });

    it(`${name} says what to press and what to expect`, () => {
      const comments = nodes.filter(({ type }) => type === 'comment');
      assert.ok(comments.some(({ name: title, info }) => title && (info ?? '').length > 40));
    });
  }

  it('carry no id twice among them', () => {
    const ids = examples.flatMap(({ nodes }) => nodes.map(({ id }) => id));
    assert.deepEqual(
      ids.filter((id, index) => ids.indexOf(id) !== index),
      [],
    );
  });
});

for (const set of nodeSets) {
  describe(`scorecard of ${set.type}`, () => {
    let editor: EditorHalf;
    before(() => (editor = readEditorHalf(set.html)));
    const isConfig = () => editor.definition.get('category') === 'config';

    it('registers one type, by the same name in the editor, in the template and in the runtime', async () => {
      const runtime = await readRuntimeHalf(set.js);
      assert.deepEqual(editor.types, [set.type]);
      assert.deepEqual(editor.templateNames, [set.type]);
      assert.deepEqual(
        runtime.map(({ type }) => type),
        [set.type],
      );
      assert.deepEqual([...runtime[0]!.credentials].sort(), [...editor.credentials].sort());
    });

    it('writes category, colour, icon and port counts where the flow library reads them', () => {
      assert.ok(editor.defaults.size > 0, 'defaults must be inline');
      if (isConfig()) return;
      const { definition } = editor;
      assert.equal(definition.get('category'), 'anomaly');
      assert.match(String(definition.get('color')), /^#[0-9A-F]{6}$/);
      assert.ok([0, 1].includes(definition.get('inputs') as number), 'inputs must be 0 or 1');
      assert.ok((definition.get('outputs') as number) >= 0, 'outputs must be a number');
      assert.match(String(definition.get('paletteLabel')), /^[a-zA-Z0-9 ]+$/);
    });

    it('has its icon beside it', () => {
      if (isConfig() && !editor.definition.has('icon')) return;
      assert.ok(existsSync(path.join(set.folder, 'icons', String(editor.definition.get('icon')))));
    });

    it('has a catalogue and a help text', () => {
      for (const file of [catalogueFile(set), helpFile(set)]) assert.ok(existsSync(file), file);
    });

    it('can be given a name', () => {
      assert.ok(editor.defaults.has('name'));
    });
  });
}
