// Loaded into a Node-RED: prints how long each part of a checkpoint holds up the event loop, and what it needs of the
// processor, both in ms. What is measured is the part of a method that runs before it first waits for anything.
import { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';
import process from 'node:process';

const require = createRequire(import.meta.url);
const { Pipeline } = require('../../dist/lib/delivery/checkpoint/Pipeline.js');
const { StateJournal } = require('../../dist/lib/delivery/checkpoint/StateJournal.js');

watch(Pipeline, 'cut', 'collect');
watch(StateJournal, 'append', 'encode');
watch(StateJournal, 'applyAll', 'apply');
watch(StateJournal, 'beginAnew', 'begin anew');

function watch({ name, prototype }, method, part) {
  const work = prototype[method];
  if (typeof work !== 'function')
    throw new Error(`${name} has no ${method} any more: what is to be measured?`);
  prototype[method] = function watched(...args) {
    const [began, before] = [performance.now(), process.cpuUsage()];
    const result = work.apply(this, args);
    const ms = performance.now() - began;
    const { user, system } = process.cpuUsage(before);
    process.stdout.write(`checkpoint ${JSON.stringify({ part, ms, cpu: (user + system) / 1000 })}\n`);
    return result;
  };
}
