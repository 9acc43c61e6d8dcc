import { RecordError } from '../records/RecordError';
import type { Scalar } from '../settings/fields';
import type { Accumulator, Origin } from './Accumulator';
import { numberIn, textIn, tupleIn, type State } from './state/State';

interface Picked extends Origin {
  readonly value: Scalar;
}

/**
 * The value with the earliest or the latest time. Of equal times the partition decides, by its name, so that it does not
 * matter whose records happened to arrive before whose; within a partition the order of arrival.
 */
export class Pick implements Accumulator {
  private picked: Picked | undefined;

  constructor(private readonly which: 'first' | 'last') {}

  add(value: Scalar, { time, partition }: Origin): void {
    if (this.replaces(time, partition)) this.picked = { value, time, partition };
  }

  result(): Scalar | undefined {
    return this.picked?.value;
  }

  merge(other: Pick): void {
    if (other.picked) this.add(other.picked.value, other.picked);
  }

  state(): State {
    return this.picked ? [this.picked.value, this.picked.time, this.picked.partition] : null;
  }

  load(state: unknown, field: string): void {
    if (state === null) return;
    const [value, time, partition] = tupleIn(state, field, 3);
    this.picked = {
      value: scalarIn(value, `${field}[0]`),
      time: numberIn(time, `${field}[1]`),
      partition: textIn(partition, `${field}[2]`),
    };
  }

  private replaces(time: number, partition: string): boolean {
    const { picked } = this;
    if (!picked) return true;
    const isLater = time === picked.time ? partition > picked.partition : time > picked.time;
    const isSame = time === picked.time && partition === picked.partition;
    return this.which === 'last' ? isLater || isSame : !isLater && !isSame;
  }
}

function scalarIn(state: unknown, field: string): Scalar {
  if (typeof state === 'string' || typeof state === 'boolean') return state;
  if (typeof state === 'number' && Number.isFinite(state)) return state;
  throw new RecordError(field, state, 'text, true, false or a finite number');
}
