/**
 * Plain detectors of machines, which published ones of many layers hardly beat (Sarfraz et al., "Position: Quo vadis,
 * unsupervised time series anomaly detection?", 2024; Wu and Keogh 2021). They are told in hindsight what a detector of a
 * stream cannot know: the range of all records, or that nothing was wrong in the first quarter.
 */

type Records = readonly (readonly number[])[];

/** Further out, in deviations, a value counts as that far: some have none in the first quarter. */
const furthest = 10;
/** Of a value that never changes: a change by this part of it counts as one deviation. */
const flat = 0.001;
/** The part of the variance that is left to the residual. */
const residual = 0.1;
/** Records over which a mean is taken, as the detector does. */
const horizons = [5, 60] as const;

/** The length of each record, its values in deviations from the mean of all. */
export function lengthsOf(records: Records): number[] {
  return standardised(records, records).map((record) => Math.hypot(...record));
}

/** How far each record lies off the main directions of the first quarter, those that hold nine tenths of its variance. */
export function residualsOf(records: Records): number[] {
  const first = records.slice(0, Math.floor(records.length / 4));
  const all = standardised(records, first);
  const { values, vectors } = eigen(covariance(all.slice(0, first.length)));
  const whole = values.reduce((a, b) => a + b, 0);
  const order = values.map((_, at) => at).sort((a, b) => values[a]! - values[b]!);
  let sum = 0;
  const least = order.filter((at, place) => (sum += values[at]!) <= residual * whole || place === 0);
  return all.map((record) =>
    Math.hypot(...least.map((at) => record.reduce((dot, value, d) => dot + value * vectors[d]![at]!, 0))),
  );
}

/** Averaged over the latest records, as the detector's scores are. */
export function averaged(scores: readonly number[]): number[] {
  const means = horizons.map(() => scores[0]!);
  return scores.map((score) => {
    horizons.forEach((records, h) => (means[h] = means[h]! + (score - means[h]!) / records));
    return means.reduce((a, b) => a + b) / horizons.length;
  });
}

function standardised(records: Records, usual: Records): number[][] {
  const scales = records[0]!.map((_, d) => {
    const values = usual.map((record) => record[d]!).filter((value) => !Number.isNaN(value));
    const mean = values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);
    const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length);
    return { mean, deviation: Math.sqrt(square) || flat * Math.abs(mean) || Number.MIN_VALUE };
  });
  return records.map((record) =>
    record.map((value, d) => {
      const { mean, deviation } = scales[d]!;
      if (Number.isNaN(value)) return 0;
      return Math.max(-furthest, Math.min(furthest, (value - mean) / deviation));
    }),
  );
}

function covariance(records: Records): number[][] {
  const of = (d: number, e: number) =>
    records.reduce((sum, record) => sum + record[d]! * record[e]!, 0) / records.length;
  return records[0]!.map((_, d) => records[0]!.map((__, e) => of(d, e)));
}

/** Eigenvalues of a symmetric matrix, and their vectors in columns: Jacobi's rotations. */
function eigen(symmetric: readonly (readonly number[])[]): { values: number[]; vectors: number[][] } {
  const a = symmetric.map((row) => [...row]);
  const vectors = a.map((row, d) => row.map((_, e) => (d === e ? 1 : 0)));
  for (let sweep = 0; sweep < 12; sweep++) {
    for (let p = 0; p < a.length; p++) {
      for (let q = p + 1; q < a.length; q++) rotate(a, vectors, p, q);
    }
  }
  return { values: a.map((row, d) => row[d]!), vectors };
}

/** Makes the entries of p and q 0. */
function rotate(a: number[][], vectors: number[][], p: number, q: number): void {
  if (Math.abs(a[p]![q]!) < 1e-12) return;
  const theta = (a[q]![q]! - a[p]![p]!) / (2 * a[p]![q]!);
  const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const cosine = 1 / Math.sqrt(tangent * tangent + 1);
  const sine = tangent * cosine;
  const turn = (row: number[], i: number, j: number) => {
    const [x, y] = [row[i]!, row[j]!];
    row[i] = cosine * x - sine * y;
    row[j] = sine * x + cosine * y;
  };
  for (const row of a) turn(row, p, q);
  const [rowP, rowQ] = [a[p]!, a[q]!];
  for (let d = 0; d < a.length; d++) {
    const [x, y] = [rowP[d]!, rowQ[d]!];
    rowP[d] = cosine * x - sine * y;
    rowQ[d] = sine * x + cosine * y;
  }
  for (const row of vectors) turn(row, p, q);
}
