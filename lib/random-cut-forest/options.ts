/** What a forest is made with. Names and meanings are those of RANDOM_CUT_FOREST in Kinesis Data Analytics. */
export interface ForestOptions {
  /** values in one record */
  readonly dimensions: number;
  /** 1 to 1000 */
  readonly numberOfTrees: number;
  /** points that each tree remembers, 2 to 32768 */
  readonly subSampleSize: number;
  /** records after which a point's weight has fallen to 1/e of a new one's, 1 to 2^31 - 1 */
  readonly timeDecay: number;
  /** consecutive records that make one point, 1 to 128 */
  readonly shingleSize: number;
  /** any 32-bit whole number; the same seed and the same records give the same scores */
  readonly seed: number;
}

export const defaultOptions: Omit<ForestOptions, 'dimensions'> = {
  numberOfTrees: 100,
  subSampleSize: 256,
  timeDecay: 100_000,
  shingleSize: 1,
  seed: 42,
};

const limits: readonly (readonly [keyof ForestOptions, number, number])[] = [
  ['dimensions', 1, 10_000],
  ['numberOfTrees', 1, 1000],
  ['subSampleSize', 2, 32_768],
  ['timeDecay', 1, 2 ** 31 - 1],
  ['shingleSize', 1, 128],
  ['seed', -(2 ** 31), 2 ** 32 - 1],
];

/** Values of a point at most: the trees count them with 16 bits. */
const widest = 65_536;

/** @throws RangeError naming the option that is out of its range */
export function completeOptions(
  options: Partial<ForestOptions> & Pick<ForestOptions, 'dimensions'>,
): ForestOptions {
  const complete = { ...defaultOptions, ...options };
  for (const [name, least, most] of limits) {
    const value = complete[name];
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new RangeError(`${name} must be a whole number from ${least} to ${most}, got ${String(value)}`);
    }
  }
  const width = complete.dimensions * complete.shingleSize;
  if (width > widest) {
    throw new RangeError(`dimensions times shingleSize must be at most ${widest}, got ${width}`);
  }
  return complete;
}
