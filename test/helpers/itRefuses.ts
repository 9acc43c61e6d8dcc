import assert from 'node:assert/strict';
import { loggedErrors, type Bench } from './nodeRed';

/**
 * A test for each of these settings: the node says at deploy what is wrong, and does nothing.
 * @param wrong settings, and what must be said about them
 * @param message one that the node would take with right settings, for a node with an input
 */
export function itRefuses(
  wrong: readonly (readonly [config: object, expected: RegExp])[],
  deploy: (config: object) => Promise<Bench>,
  message?: object,
): void {
  for (const [config, expected] of wrong) {
    it(`refuses ${JSON.stringify(config).slice(0, 60)} at deploy, and does nothing`, async () => {
      const bench = await deploy(config);
      assert.ok(
        loggedErrors().some((text) => expected.test(text)),
        loggedErrors().join('\n'),
      );
      if (message) {
        bench.send(message);
        assert.match((await bench.failed(1))[0]!.message, expected);
      }
      assert.deepEqual(bench.outputs.flat(), []);
    });
  }
}
