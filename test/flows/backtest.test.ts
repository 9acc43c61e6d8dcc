import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { exampleFlow, type FlowNode } from '../../local/exampleFlows';
import { NodeRed } from '../../local/NodeRed';
import { until } from '../helpers/until';

describe('the example flow backtest, end to end', function () {
  this.timeout(120_000);
  let nodeRed: NodeRed | undefined;
  let userDir: string;
  const errors: string[] = [];
  const statuses = new Map<string, string>();

  before(async () => void (userDir = await mkdtemp(path.join(tmpdir(), 'streamcut-test-'))));
  after(async () => {
    await nodeRed?.close();
    await rm(userDir, { recursive: true, force: true });
  });

  it('writes a labelled history, and says how much of it would have been found', async () => {
    const passes = 336;
    const flow = exampleFlow('backtest').map((node) =>
      node.type === 'stream-simulator' ? { ...node, passes } : node,
    );
    const named = (name: string): FlowNode => flow.find((node) => node.name === name)!;
    nodeRed = await NodeRed.start({
      userDir,
      flows: flow,
      onLog: (line) => void (/\[error\]/.test(line) && errors.push(line)),
      onStatus: (id, text) => void statuses.set(id, text),
    });
    const said = () => JSON.stringify([...statuses.values(), ...errors]);

    await nodeRed.press(named('1 write a history').id);
    const lines = async () =>
      (await readFile(path.join(userDir, 'backtest-history.csv'), 'utf8').catch(() => ''))
        .trimEnd()
        .split('\n');
    await until(async () => (await lines()).length === 1 + 48 * passes, said, 60_000);
    const [header, first] = await lines();
    assert.equal(header, 'time,country,category,platform,orders,revenue,latency,anomaly');
    assert.match(first!, /^1767571200000,DE,fashion,web,\d+,[\d.]+,[\d.]+,false$/);

    await nodeRed.press(named('2 test on it').id);
    await until(() => statuses.has(named('in short').id), said, 60_000);
    assert.match(statuses.get(named('in short').id)!, /^precision (\d+ %|-), recall \d+ %/);
    assert.deepEqual(errors, []);
  });
});
