import { RecordError } from '../../records/RecordError';
import type { Gathering } from '../Gathering';
import { countIn, listIn, numberIn, tupleIn, type State } from '../state/State';
import { Expansion } from './Expansion';

// Powers of two change no digit. Sums are held 2^64 times smaller and squares 2^64 times smaller than they are, so that
// no sum on the way can overflow where the end would not, whatever the order.
const sumUnit = 2 ** 64;
const squareUnit = 2 ** 32;
/** the square of a larger number is no double */
const largestToSquare = 2 ** 512;

/** in its unit; far from where adding up parts that others have sent could overflow */
const largestPart = 2 ** 1000;
/** more than an expansion of doubles of all sizes can have */
const maxParts = 100;

/**
 * Sum and mean of numbers, the same to the last bit in whatever order they come and however they are shared out: the sum is
 * exact and rounded once. Numbers below 1e-288 count in steps of 1e-304.
 */
export class ExactSum implements Gathering<number> {
  private readonly total = new Expansion();
  private n = 0;

  get count(): number {
    return this.n;
  }

  /** 0 when there are no numbers, infinite where no double is large enough */
  get sum(): number {
    return this.total.rounded * sumUnit;
  }

  /** undefined when there are no numbers */
  get mean(): number | undefined {
    return this.n === 0 ? undefined : (this.total.rounded / this.n) * sumUnit;
  }

  /** the exact sum in parts, each 2^64 times smaller than it is */
  get parts(): readonly number[] {
    return this.total.parts;
  }

  add(value: number): void {
    this.n++;
    this.total.add(value / sumUnit);
  }

  merge(other: ExactSum): void {
    this.n += other.n;
    addParts(this.total, other.parts);
  }

  /** How many numbers, and their exact sum in parts. */
  state(): State {
    return [this.n, [...this.parts]];
  }

  load(state: unknown, field: string): void {
    const [count, parts] = tupleIn(state, field, 2);
    this.n = countIn(count, `${field}[0]`);
    addParts(this.total, partsIn(parts, `${field}[1]`));
  }
}

/**
 * Sum, mean and spread of numbers. The squares are exact too for numbers that are 0 or between 1e-120 and 1e154, and so is
 * the variance until it is rounded: values around 1e9 keep their spread.
 */
export class Moments implements Gathering<number> {
  private readonly values = new ExactSum();
  private squares: Expansion | undefined = new Expansion();

  /** the sample's standard deviation (n - 1); undefined below two numbers, or when a number is too large to square */
  get deviation(): number | undefined {
    const { count } = this.values;
    if (count < 2 || !this.squares) return undefined;
    // The sum of the squared distances from the mean, times n: n * sum(x^2) - sum(x)^2.
    const spread = new Expansion();
    for (const part of this.squares.parts) spread.addProduct(count, part);
    const parts = this.values.parts.map((part) => part * (sumUnit / squareUnit));
    for (const a of parts) for (const b of parts) spread.addProduct(-a, b);
    return Math.sqrt(Math.max(0, spread.rounded) / (count * (count - 1))) * squareUnit;
  }

  add(value: number): void {
    this.values.add(value);
    if (Math.abs(value) >= largestToSquare) this.squares = undefined;
    this.squares?.addProduct(value / squareUnit, value / squareUnit);
  }

  merge(other: Moments): void {
    this.values.merge(other.values);
    if (!other.squares) this.squares = undefined;
    if (this.squares) addParts(this.squares, other.squares!.parts);
  }

  /** What the sum knows, and the exact sum of the squares in parts, or null when one was too large. */
  state(): State {
    return [this.values.state(), this.squares ? [...this.squares.parts] : null];
  }

  load(state: unknown, field: string): void {
    const [values, squares] = tupleIn(state, field, 2);
    this.values.load(values, `${field}[0]`);
    if (squares === null) this.squares = undefined;
    else addParts(this.squares!, partsIn(squares, `${field}[1]`));
  }
}

function addParts(sum: Expansion, parts: readonly number[]): void {
  for (const part of parts) sum.add(part);
}

function partsIn(state: unknown, field: string): number[] {
  return listIn(state, field, maxParts, (part, at) => {
    const number = numberIn(part, at);
    if (Math.abs(number) > largestPart) throw new RecordError(at, part, `a number up to ${largestPart}`);
    return number;
  });
}
