import type { Injection, Round } from './Scenario';

/** The injection in force for a target at a pass; of several the one listed last. */
export function injectionAt({ injections }: Round, pass: number, target: string): Injection | undefined {
  return injections.findLast(
    (one) => pass >= one.from && pass < one.from + one.length && (one.target === '' || one.target === target),
  );
}
