import { mainDirection } from '../explanation';
import { anomalySeverity } from '../Severity';
import { attributed } from './attributed';
import type { Judge } from './Judge';
import type { Suppressed, Verdict } from './Verdict';

/** What was found out about a record. */
export interface Outcome {
  readonly score: number;
  readonly severity: number;
  readonly isNews: boolean;
  /** why it would not be told of, were it ever so rare */
  readonly unwanted?: Suppressed;
}

/** What a verdict takes beside the outcome. */
export interface Circumstances {
  readonly names: readonly string[];
  /** of the record, with what stands in for missing ones */
  readonly values: Float64Array;
  /** that has judged it */
  readonly judge: Pick<Judge, 'parts' | 'strangest'>;
  readonly expected: NonNullable<Verdict['expected']>;
  /** the part of a score that counts, 0 to 1; see knownAfter */
  readonly known: number;
  readonly warmup: Verdict['warmup'];
}

/** What is said of a record that was judged. */
export function verdictOf({ unwanted, ...told }: Outcome, circumstances: Circumstances): Verdict {
  const { names, values, judge, expected, known, warmup } = circumstances;
  const { parts, strangest } = judge;
  const counted = (all: Float64Array) =>
    attributed(
      names,
      all.map((part) => known * part),
      values,
      expected,
    );
  const attribution = counted(parts);
  const lag = strangest?.lag ?? 0;
  const isRare = told.severity >= anomalySeverity;
  const untold = warmup ? 'learning' : told.isNews ? undefined : 'same-run';
  const suppressed = isRare ? (unwanted ?? untold) : undefined;
  return {
    ...told,
    score: known * told.score,
    isAnomaly: isRare && suppressed === undefined,
    direction: mainDirection(attribution),
    lag,
    expected,
    attribution,
    ...(strangest && lag > 0 ? { attributionAtLag: counted(strangest.parts) } : {}),
    ...(suppressed ? { suppressed } : {}),
    ...(warmup ? { warmup } : {}),
  };
}
