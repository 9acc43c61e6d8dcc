import type { Dice } from '../Dice';

const troubleKinds = { runaway: 3, capacity: 3, misrouted: 2, failing: 2, leaking: 1, silent: 1 };

/** Something wrong with a host for a while. */
export interface Trouble {
  readonly kind: keyof typeof troubleKinds;
  /** first and last record that people would call wrong */
  readonly label: readonly [number, number];
  /** first and last record in which it is there */
  readonly from: number;
  readonly until: number;
  /** how bad: 0 is nothing, 1 is plain to see */
  readonly strength: number;
  /** the tenant that causes it, or suffers from it */
  readonly tenant: number;
  /** the metrics in which it shows, where it does not show in all that the tenant uses */
  readonly metrics: ReadonlySet<number>;
}

/**
 * Troubles of two sorts, short strong ones and long ones that hardly show, in 1 to 10 % of the records from `first` on. Each
 * has a cause, and shows in the metrics that depend on it.
 */
export function troublesOf(
  dice: Dice,
  { tenants, metrics, first, length }: Readonly<Record<'tenants' | 'metrics' | 'first' | 'length', number>>,
): Trouble[] {
  const troubles: Trouble[] = [];
  const longPart = dice.between(0.2, 0.8);
  let left = dice.timesBetween(0.01, 0.1) * length;
  for (let attempt = 0; attempt < 300 && left > 0; attempt++) {
    const isLong = dice.happens(longPart);
    const records = Math.round(isLong ? dice.timesBetween(100, 800) : dice.timesBetween(5, 40));
    if (records > 2 * left + 20) continue;
    const from = first + dice.below(length - first - records);
    const until = from + records - 1;
    const margin = 50 + records / 4;
    if (troubles.some((each) => from - margin < each.until && until + margin > each.from)) continue;
    // People see the strong ones at once, and the others late.
    const late = Math.round(records * (isLong ? dice.between(-0.1, 0.3) : dice.between(-0.05, 0.1)));
    troubles.push({
      kind: dice.oneOf(troubleKinds),
      label: [Math.max(0, from + late), Math.min(length - 1, until + dice.below(1 + 0.1 * records))],
      from,
      until,
      strength: isLong ? dice.timesBetween(0.15, 0.6) : dice.timesBetween(0.6, 3),
      tenant: dice.below(tenants),
      metrics: new Set(dice.some(1 + dice.below(Math.ceil(metrics / 5)), metrics)),
    });
    left -= records;
  }
  return troubles.sort((a, b) => a.from - b.from);
}

/** What times the load of a tenant is, as far as a trouble makes it so. */
export function surgeOf({ kind, strength, tenant }: Trouble, of: number): number {
  return kind === 'runaway' && tenant === of ? 1 + 2 * strength : 1;
}
