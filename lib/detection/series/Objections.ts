import { mainDirection } from '../explanation';
import { MinimumChange } from '../MinimumChange';
import { attributed } from './attributed';
import type { Completion } from './Completion';
import type { DetectorOptions } from './DetectorOptions';
import type { Judge } from './Judge';
import type { Moment, Outlook } from './Outlook';
import type { Suppressed, Verdict } from './Verdict';

/** What speaks against a record and shows only as long as nothing has been learned of it. */
export interface Beforehand {
  /** whether no value differs from what was expected by more than matters */
  readonly isSmall: boolean;
  /** by name; undefined where both sides are wanted */
  readonly expected: Verdict['expected'];
}

/** Why nobody is to be told of a record, were it ever so rare. */
export class Objections {
  private readonly least: MinimumChange;

  /** @param state what `state` gave */
  constructor(
    private readonly names: readonly string[],
    private readonly wanted: DetectorOptions['direction'] = 'both',
    private readonly outlook: Pick<Outlook, 'all' | 'expected' | 'isInRhythm'>,
    state?: readonly number[],
  ) {
    this.least = new MinimumChange({ dimensions: names.length }, state);
  }

  /** Everything it knows, for the constructor. */
  state(): number[] {
    return this.least.state();
  }

  /** What is to be asked before anything learns the record. */
  beforehand(moment: Moment, { judged, whole }: Pick<Completion, 'judged' | 'whole'>): Beforehand {
    const { least, outlook, wanted } = this;
    return {
      isSmall: judged.every(
        (value, d) => !(Math.abs(value - outlook.expected(d, moment).value) > least.of(d)),
      ),
      expected: wanted === 'both' ? undefined : outlook.all(moment, whole),
    };
  }

  /** Takes in a record; what is NaN in it is left out. */
  learn(judged: Float64Array): void {
    this.least.learn(judged);
  }

  /**
   * @param values of the record, with what stands in for missing ones
   * @param judge that has judged it
   * @returns undefined where nothing speaks against telling of it
   */
  to(
    moment: Moment,
    values: Float64Array,
    { isOverdue, parts }: Pick<Judge, 'isOverdue' | 'parts'>,
    { isSmall, expected }: Beforehand,
  ): Suppressed | undefined {
    // That something has not come is told at a value that is usual.
    if (!isOverdue) {
      if (isSmall) return 'minimum-change';
      if (this.outlook.isInRhythm(0, moment, values[0]!)) return 'in-rhythm';
    }
    if (!expected) return undefined;
    const side = mainDirection(attributed(this.names, parts, values, expected));
    return side === (this.wanted === 'high' ? 'HIGH' : 'LOW') ? undefined : 'direction';
  }
}
