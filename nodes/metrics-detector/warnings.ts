/** How much a backtest had to go by. */
export interface Extent {
  /** intervals */
  readonly learned: number;
  readonly tested: number;
  /** of the tested intervals: values of series, and those of them whose series still learned */
  readonly values: number;
  readonly learning: number;
  /** intervals that a series learns before it makes incidents */
  readonly needed: number;
  /** whether any rows are labelled, and whether any are that were tested */
  readonly isLabelled: boolean;
  readonly isTestLabelled: boolean;
}

/** Why a report says less than it seems to: that nothing was found means nothing where nothing could be. */
export function warningsOf(extent: Extent): string[] {
  const { learned, tested, values, learning, needed, isLabelled, isTestLabelled } = extent;
  const warnings: string[] = [];
  const far = `${learned} intervals were learned and ${tested} tested, and a series makes no incidents before ${needed} (learnFor)`;
  if (learning === values) warnings.push(`too little data, nothing could be found: ${far}`);
  else if (learning > 0) warnings.push(`${learning} of ${values} tested values came too early: ${far}`);
  if (isLabelled && !isTestLabelled) warnings.push('rows are labelled, but none of those that were tested');
  return warnings;
}
