import type { Gathering } from './Gathering';
import { countIn, numberIn, type State } from './state/State';

/** How many values there were. */
export class Count implements Gathering<number> {
  private n = 0;

  get count(): number {
    return this.n;
  }

  add(): void {
    this.n++;
  }

  merge(other: Count): void {
    this.n += other.n;
  }

  state(): State {
    return this.n;
  }

  load(state: unknown, field: string): void {
    this.n = countIn(state, field);
  }
}

/** The least or the greatest of numbers. */
export class Extreme implements Gathering<number> {
  private chosen: number | undefined;

  constructor(private readonly choose: (a: number, b: number) => number) {}

  get value(): number | undefined {
    return this.chosen;
  }

  add(value: number): void {
    this.chosen = this.chosen === undefined ? value : this.choose(this.chosen, value);
  }

  merge(other: Extreme): void {
    if (other.chosen !== undefined) this.add(other.chosen);
  }

  state(): State {
    return this.chosen ?? null;
  }

  load(state: unknown, field: string): void {
    this.chosen = state === null ? undefined : numberIn(state, field);
  }
}
