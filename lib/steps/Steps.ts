/**
 * Work that may be left between its steps and gone on with later, so that others have their turn; whoever does it decides
 * where. Each step says what it took, as a number of values that could have been judged in the same time: some 40 µs each.
 * It is an estimate and never measured, so that the same work has the same steps wherever and whenever it is done.
 */
export type Steps<T = void> = Generator<number, T, void>;

/** Does all of it at a stretch. */
export function atOnce<T>(steps: Steps<T>): T {
  return goOn(steps, Infinity) as T;
}

/** What is given for work that is not at its end. */
export const unfinished = Symbol('unfinished');

/**
 * Goes on with it until about so much is done.
 * @param limit as steps count what they took
 */
export function goOn<T>(steps: Steps<T>, limit: number): T | typeof unfinished {
  for (let taken = 0; taken < limit;) {
    const step = steps.next();
    if (step.done) return step.value;
    taken += step.value;
  }
  return unfinished;
}

/** Calls `each` for all items. @param cost of a call, as steps count it */
export function* forEachStep<T>(items: Iterable<T>, cost: number, each: (item: T) => void): Steps {
  for (const item of items) {
    each(item);
    yield cost;
  }
}
