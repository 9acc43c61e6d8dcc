import { compileCondition, type Condition, type Operator } from '../../records/condition';
import { describeValue } from '../../records/describeValue';
import { numeric } from '../../records/numeric';
import { RecordError } from '../../records/RecordError';
import type { Scalar } from '../../settings/fields';
import { SettingError } from '../../settings/SettingError';

/** A condition that makes an anomaly, and from where on it is over again. */
export interface LimitSpec {
  readonly operator: Operator;
  readonly value: Scalar;
  /** an incident is over beyond this value, on the calm side of `value`; '' for as soon as the condition does not hold */
  readonly clearValue: number | '';
}

/** What values are anomalous, calm or worse than others. Between the limit and its clearing value they are neither. */
export class Limit {
  /** 1 where higher is worse, -1 where lower is, 0 where values have no order */
  readonly worse: -1 | 0 | 1;
  /** Whether there is a clearing value. */
  readonly lasting: boolean;
  private readonly condition: Condition;
  private readonly clears: Condition;

  /** @throws SettingError when the value cannot serve the operator, or the clearing value lies on the wrong side */
  constructor(private readonly spec: LimitSpec) {
    const { operator, value, clearValue } = spec;
    this.condition = compileCondition(operator, value);
    this.worse = operator.startsWith('>') ? 1 : operator.startsWith('<') ? -1 : 0;
    this.lasting = clearValue !== '';
    if (clearValue === '') {
      this.clears = (seen) => !this.condition(seen);
      return;
    }
    checkSide(this.worse, Number(value), clearValue);
    this.clears = compileCondition(this.worse > 0 ? '<' : '>', clearValue);
  }

  /** Whether what was seen is an anomaly. */
  breaks(seen: unknown): boolean {
    return this.condition(seen);
  }

  /** Whether what was seen is so far from an anomaly that an incident may end. */
  isClear(seen: unknown): boolean {
    return this.clears(seen);
  }

  /**
   * The same limit, harder to break: further away from what is calm, by a factor and then an amount. A limit that puts
   * values in no order stays as it is.
   * @param factor 1 or more
   * @param amount 0 or more
   */
  raised({ factor, amount }: { readonly factor: number; readonly amount: number }): Limit {
    const { worse, spec } = this;
    if (worse === 0) return this;
    return new Limit({ ...spec, value: stretched(Number(spec.value), worse, factor) + worse * amount });
  }

  /**
   * What was seen as if it were so many times as bad. What is not in order stays as it is.
   * @param factor more than 0; below 1 it becomes calmer
   */
  weighed(seen: unknown, factor: number): unknown {
    const { worse } = this;
    return worse === 0 || factor === 1 ? seen : stretched(numeric(seen), worse, factor);
  }

  /** What was seen as a number, whose peak can be told; NaN where values have no order. */
  level(seen: unknown): number {
    return this.worse === 0 ? NaN : numeric(seen);
  }

  /** @throws RecordError when what was seen of `property` cannot be compared */
  require(property: string, seen: unknown): void {
    const { operator } = this.spec;
    if ((seen === undefined || seen === null) && operator !== 'exists' && operator !== '!=') {
      throw new RecordError(property, seen, `present to be compared with ${operator}`);
    }
    if (this.worse !== 0 && Number.isNaN(numeric(seen))) throw new RecordError(property, seen, 'a number');
  }
}

/** Times three is further away from zero, which is worse only on one side of it. */
function stretched(value: number, worse: -1 | 1, factor: number): number {
  return worse * value >= 0 ? value * factor : value / factor;
}

function checkSide(worse: -1 | 0 | 1, value: number, clearValue: number): void {
  if (worse === 0) {
    const what = 'empty beside an operator that puts values in no order';
    throw new SettingError('pattern', { what, seen: describeValue(clearValue) }, 'clearValue');
  }
  if (worse * (value - clearValue) <= 0) {
    const problem = worse > 0 ? 'smallerThan' : 'largerThan';
    throw new SettingError(problem, { other: 'the value', limit: value, seen: clearValue }, 'clearValue');
  }
}
