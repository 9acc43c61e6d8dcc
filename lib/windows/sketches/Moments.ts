/**
 * Sum, mean and spread of numbers in one pass. The sum carries the rounding error of every addition beside it (Neumaier,
 * "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen", 1974); the spread is Welford's (Technometrics
 * 4, 1962), so that values around 1e9 keep theirs. Parts merge as in Chan, Golub and LeVeque (COMPSTAT 1982).
 */
export class Moments {
  private total = 0;
  private lost = 0;
  private centre = 0;
  private squares = 0;
  private n = 0;

  get count(): number {
    return this.n;
  }

  get sum(): number {
    return this.total + this.lost;
  }

  /** undefined when there are no numbers */
  get mean(): number | undefined {
    return this.n === 0 ? undefined : this.sum / this.n;
  }

  /** the sample's standard deviation (n - 1), undefined below two numbers */
  get deviation(): number | undefined {
    return this.n < 2 ? undefined : Math.sqrt(this.squares / (this.n - 1));
  }

  add(value: number): void {
    this.addToSum(value);
    this.n++;
    const before = value - this.centre;
    this.centre += before / this.n;
    this.squares += before * (value - this.centre);
  }

  merge(other: Moments): void {
    if (other.n === 0) return;
    const n = this.n + other.n;
    const apart = other.centre - this.centre;
    this.squares += other.squares + apart * apart * ((this.n * other.n) / n);
    this.centre += apart * (other.n / n);
    this.n = n;
    this.addToSum(other.total);
    this.lost += other.lost;
  }

  private addToSum(value: number): void {
    const next = this.total + value;
    this.lost +=
      Math.abs(this.total) >= Math.abs(value) ? this.total - next + value : value - next + this.total;
    this.total = next;
  }
}
