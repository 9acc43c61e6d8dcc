import { ConditionalSample } from './ConditionalSample';
import { setEntry, type Estimate } from './Estimate';
import type { ForestState } from './ForestState';
import { TreeReader } from './TreeReader';
import { WeightedQuantiles } from './WeightedQuantiles';

/** Fills in what is missing in a point: the median of what the trees remember of points like it. */
export class Imputer {
  private readonly sample: ConditionalSample;
  private readonly tree: TreeReader;
  private readonly quantiles = new WeightedQuantiles();

  constructor(private readonly state: ForestState) {
    this.sample = new ConditionalSample(state);
    this.tree = new TreeReader(state);
  }

  /**
   * Estimates the missing values among a point's `dimensions` values from place `at` on. They are estimated one by one:
   * the medians together need not be a point that was ever seen.
   * @param point in float32, less the origin; NaN where a value is missing. The values of `out` are put in their place
   * @param level the part of the cases that lies within the band, above 0 and below 1
   * @param out the origin is added to it
   */
  fill(point: Float32Array, at: number, level: number, out: Estimate): void {
    const { sample, tree, quantiles } = this;
    const { origin } = this.state;
    sample.find(point);
    for (let d = 0; d < out.values.length; d++) {
      const place = at + d;
      if (!Number.isNaN(point[place]!)) continue;
      quantiles.clear();
      for (let i = 0; i < sample.size; i++) quantiles.add(tree.value(sample.row(i), place), sample.weight(i));
      point[place] = setEntry(out, d, quantiles, level, origin[d]!);
    }
  }
}
