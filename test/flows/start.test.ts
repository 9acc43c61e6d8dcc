import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import path from 'node:path';

describe('npm start', function () {
  this.timeout(120_000);
  let child: ChildProcess | undefined;
  afterEach(() => child?.kill('SIGKILL'));

  it('shows where to look, prints a notification of the injected anomaly, and Ctrl-C stops everything', async () => {
    const root = path.resolve(__dirname, '../..');
    child = spawn(process.execPath, ['--require', 'tsx/cjs', 'local/start.ts'], { cwd: root });
    let output = '';
    child.stdout!.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr!.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const exited = once(child, 'exit');

    const until = async (pattern: RegExp) => {
      for (const end = Date.now() + 90_000; !pattern.test(output);) {
        assert.ok(Date.now() < end && child!.exitCode === null, `${String(pattern)} not in:\n${output}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    };
    await until(/Editor +http:\/\/127\.0\.0\.1:\d+\//);
    await until(/clickstream-ctr .*learning \d+\/12/);
    await until(/SNS notification: Anomaly Detected\n +Anomaly detected with a click through rate of 4\d%/);

    child.kill('SIGINT');
    assert.deepEqual(await exited, [0, null], output);
    for (const [, port] of output.matchAll(/http:\/\/127\.0\.0\.1:(\d+)/g)) {
      assert.equal(await listens(Number(port)), false, `port ${port} is still open`);
    }
  });
});

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const answer = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => answer(true)).once('error', () => answer(false));
  });
}
