/** How well what was found matches what is labelled. Ratios are null where there is nothing, or nothing is labelled. */
export interface Score {
  /** found, and labelled */
  readonly truePositives: number;
  /** found, and not labelled */
  readonly falsePositives: number;
  /** labelled, and not found */
  readonly falseNegatives: number;
  /** the part of what was found that is labelled */
  readonly precision: number | null;
  /** the part of what is labelled that was found */
  readonly recall: number | null;
  /** harmonic mean of the two */
  readonly f1: number | null;
}

/** @param of how many of what was found are labelled, and how many of what is labelled were found: they may be counted apart */
export function scoreOf(of: {
  readonly found: number;
  readonly foundRight: number;
  readonly labelled: number;
  readonly labelledFound: number;
}): Score {
  const { found, foundRight, labelled, labelledFound } = of;
  const precision = found > 0 && labelled > 0 ? foundRight / found : null;
  const recall = labelled > 0 ? labelledFound / labelled : null;
  const sum = (precision ?? 0) + (recall ?? 0);
  const f1 = precision === null || recall === null ? null : sum > 0 ? (2 * precision * recall) / sum : 0;
  return {
    truePositives: labelledFound,
    falsePositives: found - foundRight,
    falseNegatives: labelled - labelledFound,
    precision,
    recall,
    f1,
  };
}
