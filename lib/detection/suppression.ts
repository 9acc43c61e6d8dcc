/**
 * Why a record whose score is above the threshold is not called an anomaly:
 *
 * | reason            |                                                                                         |
 * | ----------------- | --------------------------------------------------------------------------------------- |
 * | `minimum-change`  | it differs from what was expected by no more than the smallest change that matters      |
 * | `ignored`         | it differs by no more than was asked to be ignored                                      |
 * | `earlier-anomaly` | an anomaly told before is still in the shingle; without it this record is not strange   |
 * | `near-expected`   | it lies within the band of what was expected, widened by the usual step between records |
 * | `same-run`        | anomalies follow one another, and one alarm a run was asked for                         |
 */
export type Suppressed = 'minimum-change' | 'ignored' | 'earlier-anomaly' | 'near-expected' | 'same-run';

/** How far a value may lie from what was expected without alarm; `ratio` is a part of what was expected. 0 of each. */
export interface Ignored {
  readonly above?: number;
  readonly below?: number;
  readonly aboveRatio?: number;
  readonly belowRatio?: number;
}

/** Whether a value lies so near to what was expected of it. Never true of NaN. */
export function isIgnored(actual: number, expected: number, rule: Ignored): boolean {
  const { above = 0, below = 0, aboveRatio = 0, belowRatio = 0 } = rule;
  const off = actual - expected;
  return off >= 0
    ? off <= Math.max(above, aboveRatio * Math.abs(expected))
    : -off <= Math.max(below, belowRatio * Math.abs(expected));
}

/** What is known of a record that looks strange, value by value, as the data came. */
export interface Evidence {
  readonly actual: ArrayLike<number>;
  readonly expected: {
    readonly values: ArrayLike<number>;
    readonly lower: ArrayLike<number>;
    readonly upper: ArrayLike<number>;
  };
  /** the largest change of each value that does not matter */
  readonly least: ArrayLike<number>;
  /** how far each value usually moves from one record to the next */
  readonly step: ArrayLike<number>;
  /** the score that the shingle has when earlier anomalies in it are replaced by what was expected of them */
  readonly cleanScore: number;
  readonly threshold: number;
  /** whether a record of the shingle was called an anomaly */
  readonly inRun: boolean;
}

export interface SuppressionRules {
  /** one for each value */
  readonly ignored?: readonly Ignored[];
  /** one alarm for anomalies that follow one another. false */
  readonly alertOnce?: boolean;
}

/** The first reason that holds not to call a strange record an anomaly, if any. */
export function suppressedBecause(evidence: Evidence, rules: SuppressionRules = {}): Suppressed | undefined {
  if (everyValue(evidence, isSmall)) return 'minimum-change';
  const { ignored, alertOnce = false } = rules;
  if (
    ignored &&
    everyValue(
      evidence,
      (each, d) => isSmall(each, d) || isIgnored(each.actual[d]!, each.expected.values[d]!, ignored[d] ?? {}),
    )
  ) {
    return 'ignored';
  }
  if (evidence.cleanScore < evidence.threshold) return 'earlier-anomaly';
  if (everyValue(evidence, isNear)) return 'near-expected';
  return evidence.inRun && alertOnce ? 'same-run' : undefined;
}

function everyValue(evidence: Evidence, holds: (evidence: Evidence, d: number) => boolean): boolean {
  for (let d = 0; d < evidence.actual.length; d++) if (!holds(evidence, d)) return false;
  return true;
}

function isSmall({ actual, expected, least }: Evidence, d: number): boolean {
  return Math.abs(actual[d]! - expected.values[d]!) <= least[d]!;
}

function isNear({ actual, expected, step }: Evidence, d: number): boolean {
  const x = actual[d]!;
  return x >= expected.lower[d]! - step[d]! && x <= expected.upper[d]! + step[d]!;
}
