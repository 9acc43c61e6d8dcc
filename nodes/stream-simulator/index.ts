import type { NodeAPI, NodeMessageInFlow, NodeStatus } from 'node-red';
import { onInput } from '../../lib/node-red/onInput';
import { registerNode } from '../../lib/node-red/registerNode';
import type { Timers } from '../../lib/simulation/Pacer';
import { settings } from './settings';
import { StreamSimulator, type Progress } from './StreamSimulator';

const timers: Timers = {
  now: () => performance.now(),
  after(milliseconds, run) {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
};

export = (RED: NodeAPI): void => {
  registerNode(RED, 'stream-simulator', settings, ({ node, settings, status }) => {
    const simulator = new StreamSimulator(
      settings,
      {
        send: (msg) => node.send(msg as unknown as NodeMessageInFlow),
        progress: (progress) => status.set(describe(progress, settings.passes)),
      },
      timers,
    );

    onInput(node, (msg) => simulator.command(msg));

    // Before that the nodes behind this one may not exist yet, and the first records would be lost.
    const begin = () => simulator.start();
    if (settings.start === 'deploy') RED.events.once('flows:started', begin);
    node.on('close', () => {
      RED.events.removeListener('flows:started', begin);
      simulator.close();
    });
  });

  function describe({ state, label }: Progress, passes: number): NodeStatus {
    const text = RED._(`stream-simulator.status.${state}`, {
      pass: String(label ? label.pass + 1 : 0),
      passes: String(passes),
      round: label && label.round > 0 ? ` (${label.round + 1})` : '',
    });
    if (state !== 'running') return { fill: 'grey', shape: state === 'finished' ? 'dot' : 'ring', text };
    return { fill: label?.anomaly ? 'yellow' : 'green', shape: 'dot', text };
  }
};
