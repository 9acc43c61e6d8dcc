import type { Dice } from '../Dice';

/** What metrics of servers look like, and how common each kind is. */
export const metricKinds = {
  share: 5,
  average: 4,
  traffic: 6,
  whole: 5,
  counter: 0.5,
  memory: 1.5,
  burst: 3,
  switch: 1,
  rare: 4,
  fixed: 5,
};

export type MetricKind = keyof typeof metricKinds;

/** Measures how busy something is, 0 as a rule and of deviation 1; it may remember. */
export type Measure = (busy: number, wasDeployed: boolean) => number;

/** One metric of the kind, with range, resolution and memory of its own. */
export function measureOf(kind: MetricKind, dice: Dice): Measure {
  return measures[kind](dice);
}

const measures: Readonly<Record<MetricKind, (dice: Dice) => Measure>> = {
  /** per cent, which end at 0 and at 100 */
  share: (dice) => {
    const [middle, spread] = [dice.between(-5, 100), dice.timesBetween(1, 30)];
    return (busy) => Math.min(100, Math.max(0, Math.round(10 * (middle + spread * busy)) / 10));
  },
  /** a running mean of something else, as loads over minutes are */
  average: (dice) => {
    const [follows, unit] = [dice.timesBetween(0.02, 0.5), dice.timesBetween(0.1, 10)];
    let mean = 0;
    return (busy) => {
      mean += follows * (busy - mean);
      return Math.max(0, unit * (2 + mean / Math.sqrt(follows)));
    };
  },
  /** bytes and packets, over orders of magnitude */
  traffic: (dice) => {
    const [unit, spread] = [dice.timesBetween(1, 1e6), dice.timesBetween(0.1, 1.2)];
    return (busy) => unit * Math.exp(spread * Math.min(20, busy));
  },
  /** connections, threads, queues: whole numbers */
  whole: (dice) => {
    const [mean, spread] = [dice.timesBetween(1, 300), dice.between(0.1, 0.6)];
    return (busy) => Math.max(0, Math.round(mean * (1 + spread * busy)));
  },
  /** what happened since the last start, or since the counter ran over */
  counter: (dice) => {
    const [most, step] = [dice.timesBetween(1e3, 1e5), dice.timesBetween(0.1, 30)];
    let count = dice.uniform() * most;
    return (busy, wasDeployed) => {
      count = wasDeployed ? 0 : (count + Math.max(0, Math.round(step * (1 + 0.5 * busy)))) % most;
      return count;
    };
  },
  /** grows until something is set free, now and then */
  memory: (dice) => {
    const [grows, freed, unit] = [
      dice.timesBetween(0.0005, 0.02),
      dice.timesBetween(0.0005, 0.02),
      dice.timesBetween(1, 1e4),
    ];
    let used = dice.uniform();
    return (busy, wasDeployed) => {
      used = wasDeployed || dice.happens(freed) ? 0.2 * dice.uniform() : used + grows * dice.uniform();
      return unit * (1 + used + 0.05 * busy);
    };
  },
  /** disks: next to nothing, and now and then a lot */
  burst: (dice) => {
    const [starts, ends, unit] = [
      dice.timesBetween(0.003, 0.1),
      dice.timesBetween(0.05, 0.7),
      dice.timesBetween(1, 1e5),
    ];
    let isOn = false;
    return (busy) => {
      isOn = dice.happens(isOn ? ends : starts) ? !isOn : isOn;
      return unit * (isOn ? Math.exp(0.7 * busy) : Math.max(0, 0.02 * (1 + busy)));
    };
  },
  /** 0 for days, and then on for hours */
  switch: (dice) => {
    const [starts, ends, unit] = [
      dice.timesBetween(0.0001, 0.002),
      dice.timesBetween(0.001, 0.02),
      dice.timesBetween(1, 1e3),
    ];
    let isOn = false;
    return (busy) => {
      isOn = dice.happens(isOn ? ends : starts) ? !isOn : isOn;
      return isOn ? unit * Math.max(0.1, 1 + 0.2 * busy) : busy > 5 ? unit * 0.1 * busy : 0;
    };
  },
  /** errors: none, or a few, of which there are more under load */
  rare: (dice) => {
    const [usual, grows] = [dice.timesBetween(0.001, 0.5), dice.between(0.2, 1)];
    return (busy) => {
      const mean = usual * Math.exp(grows * Math.min(12, busy));
      return Math.floor(-Math.log(dice.uniform()) * mean * (1 + mean) + 0.5 * mean * dice.uniform());
    };
  },
  /** what was configured: only far more than usual moves it */
  fixed: (dice) => {
    const unit = dice.happens(0.6) ? 0 : Math.round(dice.timesBetween(1, 1e6));
    const least = dice.between(4, 8);
    return (busy) => (Math.abs(busy) > least ? Math.max(0, Math.round(unit + (unit / 5 + 1) * busy)) : unit);
  },
};
