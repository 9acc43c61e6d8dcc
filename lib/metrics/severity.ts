import { ln } from '../random-cut-forest/deterministicMath';

/** see Severity: a tenth as often is so much more */
const perTenfold = 25;
/** So many series may be watched before one that is strange alone has to be stranger to matter. */
const fewSeries = 100;

/**
 * How severe it is, 0 to 100 to one decimal, that these series of one measure are strange in one interval. One series counts
 * with its own severity. Of several, the i-th counts as if it were i times as rare, since i are no stranger than it
 * by chance so much less often (Simes, Biometrika 73, 1986). Beyond 100 series watched, that many more strange ones come
 * by chance, and it takes as many more to matter:
 *
 * | strange        | of 100 series | of 1,000 | of 50,000 |
 * | -------------- | ------------- | -------- | --------- |
 * | 1 of 80        | 80            | 55       | 12.5      |
 * | 10 of 80       | 100           | 80       | 37.5      |
 * | 100 of 80      | 100           | 100      | 62.5      |
 *
 * @param severities of the strange series
 * @param watched series that were judged, the strange ones included
 */
export function jointSeverity(severities: readonly number[], watched: number): number {
  const sorted = [...severities].sort((a, b) => b - a);
  let most = 0;
  sorted.forEach((severity, index) => {
    most = Math.max(most, severity + perTenfold * log10(index + 1));
  });
  const joint = most - perTenfold * log10(Math.max(1, watched / fewSeries));
  return Math.round(10 * Math.min(100, Math.max(0, joint))) / 10;
}

function log10(x: number): number {
  return ln(x) / ln(10);
}
