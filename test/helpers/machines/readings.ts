import type { Dice } from './Dice';

/** What a metric looks like. */
export type ReadingKind =
  'utilisation' | 'rate' | 'sparse' | 'constant' | 'count' | 'sawtooth' | 'latency' | 'slow';

/** From how busy something is, 0 as a rule and of deviation 1, to what is measured. */
export type Reading = (busy: number) => number;

/** One metric of the kind, with scale, range and resolution of its own. */
export function reading(kind: ReadingKind, dice: Dice): Reading {
  return readings[kind](dice);
}

const readings: Readonly<Record<ReadingKind, (dice: Dice) => Reading>> = {
  /** 0 to 1, flat at both ends, often in whole hundredths */
  utilisation: (dice) => {
    const [middle, slope] = [dice.between(-3, 2), dice.between(0.3, 1)];
    const steps = dice.happens(0.5) ? 100 : 10_000;
    return (busy) => {
      const part = 1.02 / (1 + Math.exp(-middle - slope * busy)) - 0.01;
      return Math.round(steps * Math.min(1, Math.max(0, part))) / steps;
    };
  },
  /** of a counter, over orders of magnitude, with single bursts */
  rate: (dice) => {
    const [unit, spread] = [Math.exp(3 + 3 * dice.normal()), dice.between(0.1, 0.8)];
    const bursts = dice.happens(0.4) ? dice.timesBetween(0.001, 0.02) : 0;
    return (busy) => {
      const burst = dice.happens(bursts) ? dice.uniform() ** -0.7 : 1;
      return unit * Math.exp(spread * busy) * burst;
    };
  },
  /** nothing nearly always, else a few */
  sparse: (dice) => {
    const [least, unit] = [dice.between(1.6, 3.2), dice.timesBetween(1, 30)];
    const alone = dice.happens(0.5) ? dice.timesBetween(0.0005, 0.02) : 0;
    return (busy) => {
      const some = dice.happens(alone) ? unit * -Math.log(dice.uniform()) : 0;
      return Math.ceil(Math.max(0, unit * (busy - least), some));
    };
  },
  /** what was configured; something has to be badly wrong to move it */
  constant: (dice) => {
    const unit = dice.happens(0.4) ? 0 : Math.round(dice.timesBetween(1, 1e5));
    return (busy) => (Math.abs(busy) > 6 ? Math.round(unit + (unit / 10 + 1) * busy) : unit);
  },
  /** whole numbers, few of them different */
  count: (dice) => {
    const [mean, spread] = [dice.timesBetween(2, 200), dice.between(0.1, 0.4)];
    return (busy) =>
      Math.max(0, Math.round(mean * (1 + spread * busy) + 0.3 * Math.sqrt(mean) * dice.normal()));
  },
  /** fills up until it is emptied, the sooner the busier */
  sawtooth: (dice) => {
    const [period, unit] = [dice.timesBetween(50, 2000), Math.exp(10 * dice.uniform())];
    let filled = dice.uniform();
    return (busy) => {
      filled += Math.max(0, 1 + 0.3 * busy) / period;
      if (filled > 1) filled = dice.between(0, 0.1);
      return unit * (filled + 0.05 * busy);
    };
  },
  /** skewed, and much the worse the busier */
  latency: (dice) => {
    const [unit, spread] = [dice.timesBetween(1, 1000), dice.between(0.1, 0.4)];
    return (busy) => unit * Math.exp(spread * busy + 0.3 * Math.max(0, busy) ** 1.5 + 0.1 * dice.normal());
  },
  /** as temperatures: behind, and in tenths */
  slow: (dice) => {
    const [middle, follows] = [dice.between(20, 70), dice.timesBetween(0.01, 0.2)];
    let behind = 0;
    return (busy) => {
      behind += follows * (busy - behind);
      return Math.round(10 * (middle + 5 * behind + 0.1 * dice.normal())) / 10;
    };
  },
};
