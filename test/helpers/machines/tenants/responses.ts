import type { Dice } from '../Dice';

/** What is measured of a resource, and how common it is. */
const responses = {
  utilisation: 5,
  queue: 3,
  throughput: 5,
  errors: 4,
  cache: 2,
  memory: 3,
  connections: 4,
  waiting: 4,
  configured: 2,
};

/** What bears on a resource at a moment. */
export interface Pressure {
  /** demand as a part of the capacity, about 0.5 as a rule */
  readonly demand: number;
  /** the part of the capacity that is there, 1 as a rule */
  readonly capacity: number;
  /** chance that one request more fails, 0 as a rule */
  readonly failing: number;
  /** what is not given back, 0 as a rule */
  readonly leaked: number;
}

/** Measures a resource; it may remember. */
export type Response = (pressure: Pressure) => number;

/** A metric of some resource, in a unit and with noise of its own. */
export function responseOf(dice: Dice): Response {
  const kind = dice.oneOf(responses);
  const unit = dice.timesBetween(0.1, 1e5);
  const noise = dice.timesBetween(0.005, 0.1);
  const shaken = (value: number) => value * Math.exp(noise * dice.normal());
  switch (kind) {
    case 'utilisation':
      return ({ demand, capacity }) =>
        Math.min(100, Math.round(shaken(1000 * (1 - Math.exp(-demand / capacity)))) / 10);
    case 'queue': {
      const longest = dice.timesBetween(20, 1000);
      return ({ demand, capacity }) => {
        const busy = Math.min(0.999, demand / (2 * capacity));
        return Math.floor(Math.min(longest, shaken(busy / (1 - busy)) * -Math.log(dice.uniform())));
      };
    }
    case 'throughput':
      return ({ demand, capacity, failing }) =>
        unit * shaken(Math.min(demand, 1.5 * capacity) * (1 - failing));
    case 'errors': {
      const usual = dice.timesBetween(0.01, 3);
      return ({ demand, capacity, failing }) => {
        const mean = demand * (usual + 40 * failing + 10 * Math.max(0, demand / capacity - 1.2));
        return Math.floor(mean - Math.log(dice.uniform()) * Math.sqrt(mean) * 0.7);
      };
    }
    case 'cache': {
      const half = dice.between(0.3, 2);
      return ({ demand, failing }) => (shaken(half / (half + demand)) * (1 - 0.5 * failing)) ** 0.5;
    }
    case 'memory': {
      const follows = dice.timesBetween(0.005, 0.1);
      let working = 0.5;
      return ({ demand, leaked }) => {
        working += follows * (demand - working);
        return unit * (1 + 0.5 * working + leaked) * Math.exp(0.1 * noise * dice.normal());
      };
    }
    case 'connections': {
      const [mean, follows] = [dice.timesBetween(5, 500), dice.timesBetween(0.05, 1)];
      let open = 0.5;
      return ({ demand, leaked }) => {
        open += follows * (demand - open);
        return Math.round(shaken(mean * (0.2 + open + leaked)));
      };
    }
    case 'waiting': {
      const worst = dice.timesBetween(10, 100);
      return ({ demand, capacity, failing }) => {
        const free = Math.max(1 / worst, 1 - demand / (2 * capacity));
        return unit * shaken((1 + 5 * failing) / free) * (1 - 0.1 * Math.log(dice.uniform()));
      };
    }
    case 'configured':
      return ({ capacity }) => Math.round(unit * (capacity < 0.5 ? 0.5 : 1));
  }
}
