import { ln } from '../../random-cut-forest/deterministicMath';
import { flatState } from '../flatState';
import { SeenValues } from './SeenValues';

/** Of so many gaps one is longer than the longest usual one. The longest of the first so many is where it begins. */
const oneOf = 100;
/** By which part of itself a longer gap raises that bound. */
const step = 0.25;
/** Records until the part of them that is not 0 counts 1/e of a new one. */
const memory = 1000;
/** What comes is overdue after so many times the longest usual gap, and again at each double. */
const overdue = [2, 4, 8];
/** How often something comes is told over about so many usual gaps, of so many records at most. */
const window = { gaps: 4, records: 500 };
/** Before so many such times have passed, how often it came of late is no more than how often it came at all. */
const settled = 2;

/** Records, the part of them that is not 0, how often of late, gaps, the longest usual one, the present one, by their pace. */
const [seen, share, recent, gaps, longest, present] = [0, 1, 2, 3, 4, 5];
const numbers = 6;

/**
 * How often a value that is mostly 0 is something else: whether it comes much more often than it ever did, and whether it
 * has not come for much longer than it ever does. A forest sees but one record at a time, to which a 0 is always usual.
 */
export class Comings {
  private readonly memory: Float64Array;
  /** how often something came of late, after each record in which it did */
  private readonly rates: SeenValues;

  /**
   * @param capacity different rates that it remembers
   * @param state what `state` gave
   */
  constructor(capacity: number, state?: readonly number[]) {
    this.memory = flatState('how often something comes', numbers, state?.slice(0, numbers));
    this.rates = new SeenValues(capacity, 20_000, state?.slice(numbers));
  }

  /** Everything it knows, for the constructor. */
  state(): number[] {
    return [...this.memory, ...this.rates.state()];
  }

  get byteLength(): number {
    return this.memory.byteLength + this.rates.byteLength;
  }

  /**
   * Looks at the next record, and then learns it.
   * @param pace how many times as often as on average something comes at that time; so many records of a gap it counts
   * @returns as SeenValues does: above 0 for something that comes unusually often, below for what is overdue, else 0
   */
  take(value: number, pace = 1): number {
    const all = this.memory;
    const some = value === 0 ? 0 : 1;
    const count = ++all[seen]!;
    all[share] = all[share]! + (some - all[share]!) / Math.min(memory, count);
    const rate = Math.min(1, Math.max(all[share]! / window.gaps, 1 / window.records));
    const isKnown = all[gaps]! >= settled * window.gaps;
    all[recent] = isKnown ? all[recent]! + rate * (some - all[recent]!) : all[share]!;
    if (some === 0) {
      all[present]! += pace;
      return this.becomesOverdue(pace) ? -ln(all[gaps]! + 2) / Math.LN2 : 0;
    }
    if (all[present]! > 0) this.learnGap(all[present]!);
    all[present] = 0;
    if (!isKnown) return 0;
    const often = this.rates.noveltyOf(all[recent]!);
    this.rates.learn(all[recent]!);
    return often;
  }

  /** Told at the record at which it becomes so: one silence is not to count as hundreds of strange records. */
  private becomesOverdue(pace: number): boolean {
    const { [gaps]: known, [longest]: usual, [present]: now } = this.memory;
    return known! > oneOf && overdue.some((times) => now! > times * usual! && now! - pace <= times * usual!);
  }

  /** The bound by stochastic approximation (Robbins and Monro 1951): one outage raises it by a quarter, however long it was. */
  private learnGap(gap: number): void {
    const all = this.memory;
    if (++all[gaps]! <= oneOf) all[longest] = Math.max(all[longest]!, gap);
    else all[longest] = Math.max(1, all[longest]! * (1 + step * ((gap > all[longest]! ? 1 : 0) - 1 / oneOf)));
  }
}
