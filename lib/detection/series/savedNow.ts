import { Scaling } from './Scaling';

/** What the scaling of older judges was made with; nothing is learned by it any more. */
const scale = { rate: 0.0003, furthest: 1e4, reach: 4 };

/**
 * What a judge of several values keeps, of what one kept. Older ones began with a scaling and tails of its values, and the
 * oldest had no distances. Their forests and relations learned values in other units of about the same size: they go on
 * with these, and follow.
 * @param areRelated whether the numbers end with relations
 */
export function savedNow(
  numbers: readonly (readonly number[])[],
  dimensions: number,
  areRelated: boolean,
): readonly (readonly number[])[] {
  const kept = areRelated ? 7 : 6;
  if (numbers.length <= kept) return numbers;
  const [scaling, , ...rest] = numbers;
  if (rest.length === kept) return rest;
  const { furthest, rate, reach } = scale;
  const distances = new Scaling(dimensions, rate, furthest, reach, scaling).asDistances();
  return [...rest.slice(0, 5), distances, ...rest.slice(5)];
}
