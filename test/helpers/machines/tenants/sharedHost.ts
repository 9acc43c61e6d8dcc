import type { LabelledSeries } from '../../labelledSeries';
import { Dice } from '../Dice';
import { responseOf, type Response } from './responses';
import { surgeOf, troublesOf, type Trouble } from './troubles';

const dayLength = 86_400_000;
/** A Sunday. */
const start = Date.UTC(2023, 0, 1);

/** A metric, and what each tenant puts on its resource before and after the change. */
interface Metric {
  readonly response: Response;
  readonly shares: readonly [readonly number[], readonly number[]];
  /** what the tenants' loads are to it when they are misrouted */
  readonly others: readonly number[];
}

/**
 * A host that tenants share: their loads are what is not seen, each metric responds to a mixture of them, and hardly any
 * does so evenly. Half-way the mixture becomes another one, at once or slowly, which is nothing wrong: tenants move.
 */
export function sharedHost({
  seed,
  metrics,
  length,
}: Readonly<Record<'seed' | 'metrics' | 'length', number>>): LabelledSeries {
  const dice = new Dice(seed);
  const tenants = 2 + dice.below(5);
  const interval = 60_000 * Number(dice.oneOf({ '1': 2, '5': 3, '10': 1 }));
  const first = Math.round(length * dice.between(0.2, 0.4));
  const troubles = troublesOf(dice, { tenants, metrics, first, length });
  const loads = Array.from({ length: tenants }, () => loadOf(dice, interval));
  const moving = dice.between(0.1, 0.7);
  const all = Array.from({ length: metrics }, () => metricOf(dice, tenants, moving));
  const change = { from: length * dice.between(0.4, 0.6), takes: dice.timesBetween(1, 1000) };
  const last = new Float64Array(metrics);
  const records = Array.from({ length }, (_, i) => {
    const present = troubles.filter(({ from, until }) => i >= from && i <= until);
    const calm = loads.map((next) => next(i));
    const busy = calm.map((load, t) => present.reduce((times, each) => times * surgeOf(each, t), load));
    const moved = Math.min(1, Math.max(0, (i - change.from) / change.takes));
    return all.map(({ response, shares: [before, after], others }, d) => {
      const its = present.filter((trouble) => trouble.metrics.has(d));
      const routed = before.map((share, t) => share + moved * (after[t]! - share));
      const wrong = its.find(({ kind }) => kind === 'misrouted')?.strength ?? 0;
      const demand = busy.reduce(
        (sum, load, t) => sum + load * (routed[t]! + Math.min(1, wrong) * (others[t]! - routed[t]!)),
        0,
      );
      const measured = response({ demand, ...harmOf(its, i) });
      return (last[d] = its.some(({ kind }) => kind === 'silent') ? last[d]! : measured);
    });
  });
  return {
    kind: 'shared host',
    times: records.map((_, i) => start + i * interval),
    records,
    events: troubles.map(({ label }) => label),
  };
}

function harmOf(troubles: readonly Trouble[], i: number) {
  const harm = { capacity: 1, failing: 0, leaked: 0 };
  for (const { kind, strength, from, until } of troubles) {
    if (kind === 'capacity') harm.capacity = 1 / (1 + strength);
    if (kind === 'failing') harm.failing = Math.min(0.9, 0.3 * strength);
    if (kind === 'leaking') harm.leaked = (strength * (i - from + 1)) / (until - from + 1);
  }
  return harm;
}

/** Shares of most tenants in a metric are 0, and add up to a half. */
function metricOf(dice: Dice, tenants: number, moving: number): Metric {
  const shares = () => {
    const each = Array.from({ length: tenants }, () => (dice.happens(0.5) ? -Math.log(dice.uniform()) : 0));
    each[dice.below(tenants)]! += 0.5;
    const sum = each.reduce((a, b) => a + b);
    return each.map((share) => share / sum / 2);
  };
  const before = shares();
  const response = responseOf(dice);
  return { response, shares: [before, dice.happens(moving) ? shares() : before], others: shares() };
}

/** How much a tenant does, about 1 on average: at its hours of the day and days of the week, in sessions that hang together. */
function loadOf(dice: Dice, interval: number): (i: number) => number {
  const [opens, hours] = [dice.uniform(), dice.between(0.25, 1)];
  const night = dice.between(0.05, 0.9);
  const rest = dice.happens(0.5) ? dice.between(0.2, 1) : 1;
  const [sessions, swing] = [dice.walk(dice.timesBetween(2, 300)), dice.between(0.05, 0.4)];
  const campaigns = dice.happens(0.4) ? dice.timesBetween(0.0002, 0.002) : 0;
  let campaign = 0;
  return (i) => {
    const days = (i * interval) / dayLength;
    const isWeekend = Math.floor(days) % 7 === 0 || Math.floor(days) % 7 === 6;
    const open = (days + opens) % 1;
    const daily = open < hours ? night + (1 - night) * Math.sin((Math.PI * open) / hours) : night;
    campaign = dice.happens(campaigns) ? dice.between(0.2, 1) : 0.97 * campaign;
    return 1.4 * (daily * (isWeekend ? rest : 1) + campaign) * Math.exp(swing * sessions());
  };
}
