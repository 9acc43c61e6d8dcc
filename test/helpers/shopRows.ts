import { Random } from '../../lib/simulation/Random';

const hour = 3_600_000;

export interface ShopRow {
  readonly time: number;
  readonly country: string;
  readonly platform: string;
  readonly orders: number;
  readonly latency: number;
}

/** What happens in a shop: from which hour, for how many, where, and how orders and latency change. */
export interface Trouble {
  readonly from: number;
  readonly length: number;
  readonly country?: string;
  readonly platform?: string;
  readonly orders?: number;
  readonly latency?: number;
}

const shopStart = Date.UTC(2026, 0, 5);

/** A row an hour for each of three countries on two platforms: steady numbers with a little noise, and trouble. */
export function shopRows(hours: number, troubles: readonly Trouble[] = [], seed = 1): ShopRow[] {
  const random = new Random(seed, 0);
  const rows: ShopRow[] = [];
  for (let at = 0; at < hours; at++) {
    for (const country of ['DE', 'FR', 'US']) {
      for (const platform of ['ios', 'web']) {
        const noise = () => random.next() + random.next() - 1;
        const found = troubles.find(
          (trouble) =>
            at >= trouble.from &&
            at < trouble.from + trouble.length &&
            (trouble.country ?? country) === country &&
            (trouble.platform ?? platform) === platform,
        );
        const usual = platform === 'web' ? 400 : 250;
        rows.push({
          time: shopStart + at * hour,
          country,
          platform,
          orders: Math.round(usual * (found?.orders ?? 1) + 20 * noise()),
          latency: 120 * (found?.latency ?? 1) + 6 * noise(),
        });
      }
    }
  }
  return rows;
}

/** The time of an hour in the shop, ms since the epoch. */
export function shopHour(at: number): number {
  return shopStart + at * hour;
}
