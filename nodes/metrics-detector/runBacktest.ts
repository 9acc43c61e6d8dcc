import type { Node, NodeAPI, NodeMessageInFlow } from 'node-red';
import { setImmediate } from 'node:timers/promises';
import { identityOf } from '../../lib/delivery/identity';
import { forgetSaved } from '../../lib/node-red/checkpoints';
import { ModelFolder } from '../../lib/node-red/ModelFolder';
import { NodeCalendar } from '../../lib/node-red/NodeCalendar';
import { named } from '../../lib/node-red/NodeError';
import { forEachRecord, onInput, type Send } from '../../lib/node-red/onInput';
import { slice } from '../../lib/node-red/Slices';
import type { Status } from '../../lib/node-red/Status';
import { goOn, unfinished } from '../../lib/steps/Steps';
import { Backtest, type BacktestReport } from './Backtest';
import { readClocks } from './live';
import { openModels } from './openModels';
import type { MetricsSettings } from './settings';

/** Gathers rows until it is told that these were all, and then tests. Remembers nothing. */
export function runBacktest(RED: NodeAPI, node: Node, settings: MetricsSettings, status: Status): void {
  const folder = new ModelFolder(RED, node);
  folder.discard();
  const events = new NodeCalendar(RED, node, settings);
  const forgotten = forgetSaved(RED, node, RED._('metrics-detector.status.unreadable'));
  let closed = false;
  let test = begin();
  let running = Promise.resolve();
  node.on('close', (done: () => void) => {
    closed = true;
    void Promise.all([running, forgotten])
      .then(() => folder.discard())
      .finally(done);
  });

  onInput(node, (msg, send) => {
    if (msg.calendar) return events.read();
    if (msg.reset) {
      test = begin();
      return show(0);
    }
    if (!msg.flush) forEachRecord(node, msg, (item) => void test.take(item, readClocks()));
    show(test.rows);
    if (!msg.flush && !msg.complete) return;
    const whole = test;
    test = begin();
    // One after the other: each may fill the memory with models.
    const result = running.then(() => run(whole, send));
    running = result.catch(() => undefined);
    return result;
  });

  async function run(whole: Backtest, send: Send): Promise<void> {
    showTest('blue', 'testing', whole.rows);
    const payload = await inTurns(whole);
    if (payload && !closed)
      send([{ payload, topic: 'backtest', timestamp: Date.parse(payload.tested.until) }, null]);
    // Rows that came meanwhile are those of the next test.
    if (!payload || test.rows > 0) show(test.rows);
    else if (payload.warnings.length > 0) {
      status.set({ fill: 'yellow', shape: 'ring', text: RED._('metrics-detector.status.doubtful') });
    } else showTest('green', 'tested', payload.incidents.length);
  }

  async function inTurns(whole: Backtest): Promise<BacktestReport | undefined> {
    const steps = whole.run(({ key, time, error }) =>
      node.error(named(node, error), { topic: key, timestamp: time } as unknown as NodeMessageInFlow),
    );
    for (;;) {
      const report = goOn(steps, slice);
      if (report !== unfinished) return report;
      if (closed) return undefined;
      await setImmediate();
    }
  }

  function begin(): Backtest {
    return new Backtest(settings, openModels(RED, folder, 'backtest'), identityOf(node), events);
  }

  function showTest(fill: 'blue' | 'green', key: 'testing' | 'tested', count: number): void {
    const text = RED._(`metrics-detector.status.${key}`, { number: String(count) });
    status.set({ fill, shape: 'dot', text });
  }

  function show(rows: number): void {
    const text = RED._('metrics-detector.status.gathered', { rows: String(rows) });
    status.set({ fill: 'grey', shape: 'dot', text });
  }
}
