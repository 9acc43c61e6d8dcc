import type { NodeAPI } from 'node-red';
import { serveFeedback } from '../../lib/node-red/feedbackRoute';
import { registerNode } from '../../lib/node-red/registerNode';
import { runBacktest } from './runBacktest';
import { watchLive } from './live';
import { settings } from './settings';

export = (RED: NodeAPI): void => {
  serveFeedback(RED);
  registerNode(RED, 'metrics-detector', settings, ({ node, settings, status }) => {
    const run = settings.mode === 'live' ? watchLive : runBacktest;
    run(RED, node, settings, status);
  });
};
