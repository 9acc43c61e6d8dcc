/** After so many judged records half of what a score lies above usual ones counts: scores of several values are means. */
const half = { one: 80, several: 5 };

/**
 * The part that counts, in a severity, of how far a score lies above usual ones. Of few scores the rarest are not known: of
 * a hundred records the highest is one by any distance, where values have heavy tails by a large one, and this is no reason
 * to call one in a hundred as rare as one in 10,000. A prediction takes in what is not known yet (Geisser, "Predictive
 * Inference", 1993), and that goes soon, here with the fourth power of their number.
 * @param judged records before this one
 * @returns 0 to 1
 */
export function sureAfter(judged: number, dimensions: number): number {
  const its = dimensions === 1 ? half.one : half.several;
  const squared = (judged * judged) / (its * its);
  return (squared * squared) / (1 + squared * squared);
}
