// Loaded into a Node-RED: prints each second how long its event loop was held up at most, in ms, and its memory, in MB.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import process from 'node:process';
import { setInterval } from 'node:timers';

const resolution = 1;
const delay = monitorEventLoopDelay({ resolution });
delay.enable();

setInterval(() => {
  const { rss, heapUsed } = process.memoryUsage();
  const vitals = { pause: delay.max / 1e6 - resolution, rss: rss / 1e6, heap: heapUsed / 1e6 };
  delay.reset();
  process.stdout.write(`vitals ${JSON.stringify(vitals)}\n`);
}, 1000).unref();
