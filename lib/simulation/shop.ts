import { injectionAt } from './injectionAt';
import { Random } from './Random';
import type { Injection, Label, Round, Scenario, SimulatedRecord } from './Scenario';
import { busyness, holidayFactor } from './shopRhythm';

const minute = 60_000;
const hour = 60 * minute;

/** Orders of an average hour in the whole shop. */
const ordersPerHour = 6000;
/** `hours`: how far the clock is ahead of UTC, all year. */
const countries = [
  { name: 'DE', share: 0.35, hours: 1 },
  { name: 'US', share: 0.3, hours: -6 },
  { name: 'GB', share: 0.2, hours: 0 },
  { name: 'FR', share: 0.15, hours: 1 },
] as const;
/** `price`: of an order in euros. */
const categories = [
  { name: 'fashion', share: 0.4, price: 60 },
  { name: 'electronics', share: 0.25, price: 180 },
  { name: 'books', share: 0.2, price: 25 },
  { name: 'toys', share: 0.15, price: 35 },
] as const;
/** `latency`: of a page in milliseconds. */
const platforms = [
  { name: 'web', share: 0.5, latency: 180 },
  { name: 'ios', share: 0.3, latency: 120 },
  { name: 'android', share: 0.2, latency: 140 },
] as const;

const series = countries.flatMap((country) =>
  categories.flatMap((category) => platforms.map((platform) => ({ country, category, platform }))),
);
type Series = (typeof series)[number];

/** How the sales of one series differ from the usual in one pass. */
interface Deviation {
  /** factors */
  readonly orders: number;
  readonly latency: number;
  readonly kind: string;
  readonly anomaly: boolean;
}

/**
 * The sales of a shop by country, category and platform: orders, revenue and how long pages take, with the rhythm of days,
 * weeks and holidays. A pass is an interval, after which each of the 48 series sends one row. Injected anomalies change the
 * orders of a country, of a category, which may sell out, or of all; or the latency of a platform, whose orders follow one
 * pass behind.
 */
export const shop: Scenario = {
  value: { min: 0, max: 10_000 },
  targets: () => [...countries, ...categories, ...platforms].map(({ name }) => name),
  usualAnomalies: ({ passes }) => {
    const at = (part: number, length: number, value: number, target: string) => ({
      ...{ from: Math.floor(part * passes), length, value, target },
    });
    return [
      at(0.45, 12, 0.4, 'DE'),
      at(0.52, 24, 0.8, 'US'),
      at(0.6, 12, 4, 'ios'),
      at(0.68, 24, 0, 'toys'),
      at(0.75, 12, 0.3, 'FR'),
      at(0.81, 24, 1.3, 'fashion'),
      at(0.87, 12, 2, 'android'),
      at(0.93, 12, 0.5, 'GB'),
    ];
  },
  passLength: ({ interval }) => interval * minute,

  *records({ passes, seed, interval }, round) {
    const length = interval * minute;
    const first = Math.floor(round.start / length) * length;
    const injected = byTarget(round);
    for (let pass = 0; pass < passes; pass++) {
      const time = first + pass * length;
      for (const [index, one] of series.entries()) {
        const deviation = deviationOf(
          one,
          time,
          (target, at) => injectionAt(injected(target), at, target),
          pass,
        );
        // A stream of its own: an injection changes no other row.
        const random = new Random(seed, round.index, pass, index);
        yield row(one, time, length, deviation, random, { pass, round: round.index });
      }
    }
  },
};

/** An injection is about one target only, so that several can hold for a series. */
function byTarget(round: Round): (target: string) => Round {
  const rounds = new Map<string, Round>();
  for (const injection of round.injections) {
    const known = rounds.get(injection.target)?.injections ?? [];
    rounds.set(injection.target, { ...round, injections: [...known, injection] });
  }
  const none = { ...round, injections: [] };
  return (target) => rounds.get(target) ?? none;
}

function deviationOf(
  { country, category, platform }: Series,
  time: number,
  inForce: (target: string, pass: number) => Injection | undefined,
  pass: number,
): Deviation {
  const everywhere = inForce('', pass);
  const inCountry = inForce(country.name, pass);
  const inCategory = inForce(category.name, pass);
  const onPlatform = inForce(platform.name, pass);
  const before = inForce(platform.name, pass - 1);
  const late = before && before.value > 1 ? before : undefined;
  const holiday = holidayFactor(time + country.hours * hour);
  const sales = [everywhere, inCountry, inCategory].filter((one) => one !== undefined);
  return {
    orders: sales.reduce(
      (product, { value }) => product * value,
      (holiday ?? 1) * patience(late?.value ?? 1),
    ),
    latency: onPlatform?.value ?? 1,
    anomaly: sales.length > 0 || onPlatform !== undefined || late !== undefined,
    kind:
      kindOf(inCategory, 'sold-out', 'surge') ??
      kindOf(inCountry ?? everywhere, 'drop', 'surge') ??
      kindOf(onPlatform ?? late, 'fast', 'slow') ??
      (holiday === undefined ? 'normal' : 'holiday'),
  };
}

function kindOf(injection: Injection | undefined, below: string, above: string): string | undefined {
  return injection && (injection.value < 1 ? below : above);
}

/** The part of the customers that stays when pages take so many times as long. */
function patience(latency: number): number {
  return latency <= 1 ? 1 : 1 / (1 + 0.25 * (latency - 1));
}

function row(
  { country, category, platform }: Series,
  time: number,
  length: number,
  deviation: Deviation,
  random: Random,
  place: Pick<Label, 'pass' | 'round'>,
): SimulatedRecord {
  const busy = busyness(time + length / 2 + country.hours * hour);
  const usual = ((ordersPerHour * length) / hour) * country.share * category.share * platform.share * busy;
  const wanted = usual * deviation.orders;
  // Days differ a little, and the fewer orders there are, the more does chance.
  const orders = Math.max(
    0,
    Math.round(wanted * (1 + 0.02 * random.bell()) + Math.sqrt(wanted) * random.bell()),
  );
  const price = category.price * (1 + (0.3 * random.bell()) / Math.sqrt(Math.max(1, orders)));
  const latency = platform.latency * (1 + 0.1 * busy) * deviation.latency * (1 + 0.03 * random.bell());
  return {
    payload: {
      time,
      ...{ country: country.name, category: category.name, platform: platform.name },
      orders,
      revenue: Math.round(100 * orders * price) / 100,
      latency: Math.round(10 * latency) / 10,
    },
    timestamp: time + length,
    label: {
      anomaly: deviation.anomaly,
      kind: deviation.kind,
      ...place,
      target: `${country.name}/${category.name}/${platform.name}`,
    },
  };
}
