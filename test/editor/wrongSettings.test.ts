/** What is said of wrong settings, in the editor and at deploy: by the labels that a person sees. */
import assert from 'node:assert/strict';
import { until } from '../helpers/until';
import { Editor } from './Editor';
import { install, type Installation } from './installation';

const flow = [
  { id: 'tab', type: 'tab', label: 'wrong' },
  {
    id: 'score',
    type: 'rcf-score',
    z: 'tab',
    subSampleSize: 300,
    timeDecay: 200,
    x: 150,
    y: 80,
    wires: [[]],
  },
  {
    id: 'threshold',
    type: 'score-threshold',
    z: 'tab',
    breaches: 3,
    outOf: 2,
    clearValue: 5,
    calendar: ['daily 02:00 for 20m', 'now and then'],
    x: 350,
    y: 80,
    wires: [[], []],
  },
];

describe('wrong settings', () => {
  let installation: Installation;
  let editor: Editor;

  before(async () => {
    installation = await install();
    editor = await Editor.openWith(installation.browser, installation.nodeRed.url, flow);
  });
  after(() => installation?.close());

  it('are called by their labels in the editor', async () => {
    assert.deepEqual(await editor.objections('score'), [
      'Sample size must be smaller than Time decay (200), got 300',
    ]);
  });

  it('are all named, each with its place, also those that are wrong only beside others', async () => {
    const objections = await editor.objections('threshold');
    assert.equal(objections.length, 3, objections.join('\n'));
    for (const start of [
      'Takes must be',
      'Ends at must be',
      'Events known beforehand, one a line, entry 2 must be',
    ]) {
      assert.ok(
        objections.some((text) => text.startsWith(start)),
        objections.join('\n'),
      );
    }
  });

  it('are called by label and name at deploy', async () => {
    const expected =
      'rcf-score: setting "Sample size" (subSampleSize) must be smaller than Time decay (200), got 300';
    const { nodeRed } = installation;
    await until(() => nodeRed.errors.some((line) => line.includes(expected)), expected);
    assert.deepEqual(nodeRed.statuses.get('score'), ['Sample size']);
  });
});
