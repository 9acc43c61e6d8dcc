import { ln } from '../random-cut-forest/deterministicMath';

/** see Severity: a tenth as often is so much more */
const perTenfold = 25;
/** Up to so many usual deviations severity alone says how rare it is; from there on twice as far is a tenth as often. */
const usualOff = 4;

/** How strange one series, or one group of them, is by itself. */
export interface Strangeness {
  /** 0 to 100 */
  readonly severity: number;
  /** how far it is off, in usual deviations; 0 when nothing was expected */
  readonly off: number;
}

/**
 * How severe it is, 0 to 100 to one decimal, that these series of one measure are strange in one interval. One series counts
 * with its own severity. Of several, the i-th counts as if it were i times as rare, since i are no stranger than it
 * by chance so much less often (Simes, Biometrika 73, 1986). Among n that are watched a strange one comes n times as often
 * by chance, so that it counts as if it were n times less rare (Bonferroni). A severity knows nothing rarer than one in
 * 10,000, though; how far a series is off makes up for that, as in a tail so heavy that twice as far is a tenth as often:
 *
 * | strange                           | of 1 series | of 48 | of 1,000 | of 50,000 |
 * | --------------------------------- | ----------- | ----- | -------- | --------- |
 * | 1 of 80                           | 80          | 38    | 5        | 0         |
 * | 1 of 80, 16 usual deviations off  | 80          | 80    | 55       | 12.5      |
 * | 10 of 80                          |             | 63    | 30       | 0         |
 * | 10 of 80, 16 usual deviations off |             | 100   | 80       | 37.5      |
 *
 * So an incident of 75 comes by chance once in about 1,000 intervals of a measure, however many series it has.
 *
 * @param strange the strange ones
 * @param watched how many were judged, these included
 */
export function jointSeverity(strange: readonly Strangeness[], watched: number): number {
  const byChance = perTenfold * log10(Math.max(1, watched));
  const sorted = [...strange].sort((a, b) => b.severity - a.severity);
  let most = 0;
  sorted.forEach(({ severity, off }, index) => {
    const far = (perTenfold * ln(Math.max(1, off / usualOff))) / ln(2);
    most = Math.max(most, severity + perTenfold * log10(index + 1) - Math.max(0, byChance - far));
  });
  return Math.round(10 * Math.min(100, most)) / 10;
}

function log10(x: number): number {
  return ln(x) / ln(10);
}
