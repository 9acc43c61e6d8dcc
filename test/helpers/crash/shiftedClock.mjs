// Loaded into a Node-RED: its wall clock is off by as many milliseconds as the file named by STREAMCUT_TEST_CLOCK says.
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { setInterval } from 'node:timers';

const { now } = Date;
let shift = 0;

function read() {
  try {
    shift = Number(readFileSync(process.env.STREAMCUT_TEST_CLOCK, 'utf8'));
  } catch {
    shift = 0;
  }
}

read();
setInterval(read, 10).unref();
Date.now = () => now() + shift;
