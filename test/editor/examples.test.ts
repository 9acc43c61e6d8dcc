/** Every example as a newcomer meets it: out of the import menu, deployed, its buttons pressed. */
import assert from 'node:assert/strict';
import { startServices, type LocalServices } from '../../local/services';
import { until } from '../helpers/until';
import { examples, exampleStreams } from '../package/examples';
import { manifest } from '../package/manifest';
import { Editor } from './Editor';
import { install, type Installation } from './installation';

describe('examples in the editor', () => {
  let services: LocalServices;
  let installation: Installation;
  let editor: Editor | undefined;
  before(async () => {
    services = await startServices(exampleStreams, () => undefined);
    installation = await install(services.env);
  });
  afterEach(async function () {
    if (this.currentTest?.isFailed()) await editor?.screenshot(`${this.currentTest.title} failed`);
    await editor?.close();
    editor = undefined;
  });
  after(async () => {
    await installation?.close();
    await services?.close();
  });

  for (const { name, nodes } of examples) {
    it(`${name} is imported from the menu, deployed, and shows that it works`, async () => {
      await installation.nodeRed.deploy([]);
      editor = await Editor.open(installation.browser, installation.nodeRed.url);
      await editor.importExample(manifest.name, name);
      await editor.screenshot(`example ${name} 2 imported`);
      await editor.deploy();
      const before = await editor.statuses();
      // The first inject node is the one that the comment says to press first.
      await editor.pressButton(nodes.find(({ type }) => type === 'inject')!.id);
      await until(
        async () => (await editor!.statuses()).some((status) => !before.includes(status)),
        'a status to change',
      );
      await editor.screenshot(`example ${name} 3 running`);
      assert.deepEqual(editor.problems, []);
      assert.deepEqual(installation.nodeRed.errors, []);
    });
  }

  it('can be imported one after the other into one editor', async () => {
    await installation.nodeRed.deploy([]);
    editor = await Editor.open(installation.browser, installation.nodeRed.url);
    for (const { name } of examples) await editor.importExample(manifest.name, name);
    await editor.deploy();
    assert.deepEqual(editor.problems, []);
    assert.deepEqual(installation.nodeRed.errors, []);
  });
});
