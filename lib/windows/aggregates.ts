import { isObject } from '../records/batch';
import { compileCondition } from '../records/condition';
import { fieldReader, type FieldReader } from '../records/fieldPath';
import { RecordError } from '../records/RecordError';
import { toNumber } from '../records/toNumber';
import type { Scalar } from '../settings/fields';
import type { Accumulator, Origin } from './Accumulator';
import { accumulators } from './accumulators';
import { isNumeric, type AggregateFunction, type AggregateSpec } from './aggregateSpec';
import { tupleIn, type State } from './state/State';

/** What one record gives to each aggregate, in their order; undefined where it gives nothing. */
export type Contribution = readonly (Scalar | undefined)[];

/** The aggregates of a window: reads what a record gives to each, and makes the state that gathers it. */
export class Aggregates {
  private readonly readers: readonly ((record: unknown) => Scalar | undefined)[];

  constructor(private readonly specs: readonly AggregateSpec[]) {
    this.readers = specs.map(contributionReader);
  }

  /**
   * Reads a record for all aggregates before any of them changes, so that a bad record leaves no half behind.
   * @throws RecordError naming the field that cannot serve its function
   */
  read(record: unknown): Contribution {
    return this.readers.map((read) => read(record));
  }

  create(): Accumulator[] {
    return this.specs.map(({ fn, p }) => accumulators[fn](p));
  }

  add(state: readonly Accumulator[], contribution: Contribution, origin: Origin): void {
    for (let i = 0; i < state.length; i++) {
      const value = contribution[i];
      if (value !== undefined) state[i]!.add(value, origin);
    }
  }

  /** Takes what another window has gathered of the same aggregates into the first of the two. */
  merge(into: readonly Accumulator[], from: readonly Accumulator[]): void {
    into.forEach((accumulator, index) => accumulator.merge(from[index]!));
  }

  /** The states of the aggregates, in their order. */
  save(gathered: readonly Accumulator[]): State[] {
    return gathered.map((accumulator) => accumulator.state());
  }

  /**
   * What was gathered, from the states in their order.
   * @param at where the states stand, for errors
   * @throws RecordError naming the place that is wrong
   */
  load(states: unknown, at: string): Accumulator[] {
    const list = tupleIn(states, at, this.specs.length);
    return this.specs.map(({ fn, p }, index) => loaded(fn, p, list[index], `${at}[${index}]`));
  }

  /** The states of the aggregates by name and function, so that they explain themselves. */
  statesOf(gathered: readonly Accumulator[]): Record<string, Record<string, State>> {
    return Object.fromEntries(
      this.specs.map(({ name, fn }, index) => [name, { [fn]: gathered[index]!.state() }]),
    );
  }

  /**
   * What was gathered, from the states by name and function. There may be states of other aggregates.
   * @param at where the states stand, for errors
   * @throws RecordError naming the place that is wrong
   */
  loadStates(states: Readonly<Record<string, unknown>>, at: string): Accumulator[] {
    return this.specs.map(({ name, fn, p }) => {
      const state = Object.hasOwn(states, name) ? states[name] : undefined;
      if (!isObject(state) || !Object.hasOwn(state, fn)) {
        throw new RecordError(`${at}.${name}`, state, `the state of an aggregate ${fn}`);
      }
      return loaded(fn, p, state[fn], `${at}.${name}.${fn}`);
    });
  }

  /** The aggregates by name; one without a value, such as the mean of nothing, is left out. */
  results(state: readonly Accumulator[]): [name: string, value: Scalar][] {
    const results: [string, Scalar][] = [];
    this.specs.forEach(({ name }, index) => {
      const value = state[index]!.result();
      // Sums of huge numbers overflow; no value is better than Infinity.
      if (value !== undefined && (typeof value !== 'number' || Number.isFinite(value)))
        results.push([name, value]);
    });
    return results;
  }
}

function loaded(fn: AggregateFunction, p: number, state: unknown, field: string): Accumulator {
  const accumulator = accumulators[fn](p);
  accumulator.load(state, field);
  return accumulator;
}

function contributionReader({ fn, field, where }: AggregateSpec): (record: unknown) => Scalar | undefined {
  const meets = where.map(({ field, op, value }) => {
    const read = fieldReader(field);
    const holds = compileCondition(op, value);
    return (record: unknown) => holds(read(record));
  });
  const read = valueReader(fn, field);
  return (record) => (meets.every((holds) => holds(record)) ? read(record) : undefined);
}

function valueReader(fn: AggregateFunction, field: string): (record: unknown) => Scalar | undefined {
  const read: FieldReader = field === '' ? (record) => record : fieldReader(field);
  const name = field || 'payload';
  if (fn === 'count') return (record) => (isMissing(read(record)) ? undefined : 1);
  const check = isNumeric(fn) ? toNumber : toScalar;
  return (record) => {
    const value = read(record);
    return isMissing(value) ? undefined : unsigned(check(value, name));
  };
}

function isMissing(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

/** JSON may drop the sign of a zero, so that a state that has travelled would differ from one that has not. */
function unsigned(value: Scalar): Scalar {
  return value === 0 ? 0 : value;
}

function toScalar(value: unknown, field: string): Scalar {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'bigint':
      return String(value);
    case 'number':
      if (Number.isFinite(value)) return value;
  }
  throw new RecordError(field, value, 'text, true, false or a finite number');
}
