import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../../lib/simulation/Random';
import type { DeploymentType } from '../InstalledNodeRed';
import type { Runtime } from './Runtime';

/** One thing that happens to a running Node-RED; it runs again afterwards. */
export interface Disturbance {
  readonly name:
    'kill' | 'kill soon after another' | 'kill while deploying' | 'stop' | `deploy ${DeploymentType}`;
  readonly happen: (runtime: Runtime) => Promise<void>;
}

/** Milliseconds that flows that are at work go on before something happens to them, at most. */
const longestCalm = 600;

/**
 * So many kills at random moments, of which some fall into a start or a deploy, and between them clean stops and deploys
 * of each kind with changed settings: one for two kills.
 */
export function disturbances(random: Random, kills: number): Disturbance[] {
  const list: Disturbance[] = [];
  for (let kill = 0; kill < kills; kill++) {
    list.push(killing(random, kill));
    if (kill % 2 === 1) list.push(gentle(random, (kill - 1) / 2));
  }
  return list;
}

function killing(random: Random, number: number): Disturbance {
  const calm = random.integer(0, longestCalm);
  const moment = random.integer(0, 1000);
  const again = async (runtime: Runtime) => {
    await runtime.kill();
    await runtime.start();
  };
  switch (number % 5) {
    case 2:
      return {
        name: 'kill while deploying',
        async happen(runtime) {
          await sleep(calm);
          const deployed = runtime
            .redeploy('full', 'seen', { name: `seen ${number}` })
            .catch(() => undefined);
          await sleep(moment);
          await again(runtime);
          await deployed;
        },
      };
    case 4:
      return {
        name: 'kill soon after another',
        async happen(runtime) {
          await sleep(calm);
          await again(runtime);
          await sleep(moment);
          await again(runtime);
        },
      };
    default:
      return {
        name: 'kill',
        async happen(runtime) {
          await sleep(calm);
          await again(runtime);
        },
      };
  }
}

/** Settings that may change without changing what comes out, in nodes that remember, in others, and in the source. */
const changeable: readonly (readonly [id: string, setting: (value: number) => object])[] = [
  ['windows', (value) => ({ maxKeys: 1000 + value })],
  ['score', (value) => ({ maxMemory: 100 + value })],
  ['threshold', (value) => ({ maxKeys: 1000 + value })],
  ['in', (value) => ({ batchSize: 100 + value })],
  ['reading', (value) => ({ name: `reading ${value}` })],
  ['leave', (value) => ({ name: `leave ${value}` })],
];

function gentle(random: Random, number: number): Disturbance {
  const calm = random.integer(0, longestCalm);
  if (number % 4 === 3) {
    const happen = async (runtime: Runtime) => {
      await sleep(calm);
      await runtime.stop();
      await runtime.start();
    };
    return { name: 'stop', happen };
  }
  const type = (['nodes', 'flows', 'full'] as const)[number % 4]!;
  const [id, setting] = random.pick(changeable)!;
  const happen = async (runtime: Runtime) => {
    await sleep(calm);
    await runtime.redeploy(type, id, setting(number));
  };
  return { name: `deploy ${type}`, happen };
}
