/** The dialog of score-threshold beyond what all dialogs have in common: its folded sections, and feedback by a click. */
import assert from 'node:assert/strict';
import { until } from '../helpers/until';
import { Editor } from './Editor';
import { install, type Installation } from './installation';

const at = (hour: number, severity: number) => ({
  timestamp: Date.UTC(2026, 0, 15, hour),
  anomaly: { score: severity / 20, severity, direction: 'HIGH' },
});

const flow = [
  { id: 'tab', type: 'tab', label: 'incidents' },
  {
    id: 'records',
    type: 'inject',
    z: 'tab',
    props: [{ p: 'payload' }, { p: 'topic', vt: 'str' }],
    topic: 'web-1',
    payload: JSON.stringify([at(6, 90), at(7, 10), at(8, 95), at(9, 10)]),
    payloadType: 'json',
    once: true,
    onceDelay: 0.1,
    x: 150,
    y: 80,
    wires: [['threshold']],
  },
  {
    id: 'threshold',
    type: 'score-threshold',
    z: 'tab',
    compare: 'severity',
    feedback: true,
    calendar: ['daily 02:00 for 20m backup'],
    overrides: [{ key: 'web-*', operator: '>=', value: 80, clearValue: 60 }],
    x: 350,
    y: 80,
    wires: [[], []],
  },
];

describe('the dialog of score-threshold', () => {
  let installation: Installation;
  let editor: Editor;

  before(async () => {
    installation = await install();
    editor = await Editor.openWith(installation.browser, installation.nodeRed.url, flow);
  });
  afterEach(() => assert.deepEqual(editor.problems.splice(0), []));
  after(() => installation?.close());

  const incidents = async () => {
    const response = await fetch(`${installation.nodeRed.url}/streamcut/feedback/threshold`);
    return (await response.json()) as { time: number; relevant?: boolean }[];
  };

  it('opens the sections in which something is set, and no other', async () => {
    const dialog = await editor.openDialog('threshold');
    const open = await dialog.find('details[open] > summary').allInnerTexts();
    assert.deepEqual(
      open.map((text) => text.split(':')[0]),
      ['Calendar', 'Feedback', 'Keys'],
    );
    await dialog.close('cancel');
  });

  it('saves events and limits as they were, and what is added to them', async () => {
    const dialog = await editor.openDialog('threshold');
    await dialog.find('.form-row:has(#score-threshold-calendar) .red-ui-editableList-addButton').click();
    await dialog.find('#score-threshold-calendar input').last().fill('yearly 12-25');
    await dialog.close('ok');
    const { calendar, overrides } = await editor.settingsOf('threshold');
    assert.deepEqual(calendar, ['daily 02:00 for 20m backup', 'yearly 12-25']);
    assert.deepEqual(overrides, flow[2]!.overrides);
  });

  it('lists each incident once, and marks it at a click', async () => {
    await until(async () => (await incidents()).length === 2, 'two incidents');
    const dialog = await editor.openDialog('threshold');
    const buttons = dialog.find('#score-threshold-incidents button');
    await buttons.first().waitFor();
    assert.equal(await buttons.count(), 4);
    await buttons.nth(1).click();
    await until(async () => (await incidents())[0]!.relevant === false, 'the mark');
    await editor.screenshot('dialog score-threshold feedback');
    await buttons.nth(1).click();
    await until(async () => (await incidents())[0]!.relevant === undefined, 'the mark to be taken back');
    await dialog.close('cancel');
  });
});
