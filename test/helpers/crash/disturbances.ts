import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../../lib/simulation/Random';
import type { DeploymentType } from '../InstalledNodeRed';
import type { Runtime } from './Runtime';

/** One thing that happens to a running Node-RED; it runs again afterwards. */
export interface Disturbance {
  readonly name:
    'kill' | 'kill while starting' | 'kill while deploying' | 'stop' | `deploy ${DeploymentType}`;
  readonly happen: (runtime: Runtime) => Promise<void>;
}

/** Milliseconds that flows run before something happens to them, at most. */
const longestCalm = 1200;

/**
 * So many kills at random moments of which some fall into a start or a deploy, and between them deploys of each kind and
 * clean stops, one for about two kills.
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
  switch (number % 5) {
    case 2: {
      const moment = random.integer(0, 250);
      const happen = async (runtime: Runtime) => {
        await sleep(calm);
        const deployed = runtime.redeploy('full', 'seen', { name: `seen ${number}` }).catch(() => undefined);
        await sleep(moment);
        await runtime.kill();
        await deployed;
        await runtime.start();
      };
      return { name: 'kill while deploying', happen };
    }
    case 4: {
      const moment = random.integer(0, 100);
      const happen = async (runtime: Runtime) => {
        await sleep(calm);
        await runtime.kill();
        await runtime.start();
        await sleep(moment);
        await runtime.kill();
        await runtime.start();
      };
      return { name: 'kill while starting', happen };
    }
    default: {
      const happen = async (runtime: Runtime) => {
        await sleep(calm);
        await runtime.kill();
        await runtime.start();
      };
      return { name: 'kill', happen };
    }
  }
}

/** A node that remembers, one that does not, and one of another flow: what a deploy of nodes or flows restarts. */
const changed = ['windows', 'reading', 'threshold', 'score', 'leave', 'in'] as const;

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
  const id = random.pick(changed);
  const happen = async (runtime: Runtime) => {
    await sleep(calm);
    await runtime.redeploy(type, id, { name: `${id} ${number}` });
  };
  return { name: `deploy ${type}`, happen };
}
