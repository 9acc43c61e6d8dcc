import type { ForestState } from './ForestState';

/**
 * Finds the box of a link, wherever its values come from: that of a leaf is its point, that of a bare node, which is stored
 * nowhere, the hull of its children's.
 */
export class Boxes {
  /** of the box found last: where the `stride` lowest values begin, and the highest */
  values: Float32Array;
  low = 0;
  high = 0;
  private readonly hull: Float32Array;

  constructor(private readonly state: ForestState) {
    this.hull = new Float32Array(2 * state.stride);
    this.values = this.hull;
  }

  find(link: number): void {
    if (!this.findStored(link)) this.findChildren(link);
  }

  /** Finds the box of a bare node. */
  findChildren(node: number): void {
    const { hull } = this;
    const { stride, width } = this.state;
    for (let d = 0; d < width; d++) {
      hull[d] = Infinity;
      hull[stride + d] = -Infinity;
    }
    this.includeChildren(node);
    this.values = hull;
    this.low = 0;
    this.high = stride;
  }

  private findStored(link: number): boolean {
    const { state } = this;
    if (link < 0) {
      this.values = state.point;
      this.low = this.high = state.leafRow[~link]! * state.stride;
      return true;
    }
    this.values = state.box;
    this.low = state.boxAt(link);
    this.high = this.low + state.stride;
    return this.low >= 0;
  }

  private includeChildren(node: number): void {
    this.include(this.state.node[4 * node]!);
    this.include(this.state.node[4 * node + 1]!);
  }

  private include(link: number): void {
    if (!this.findStored(link)) {
      this.includeChildren(link);
      return;
    }
    const { hull, values, low, high } = this;
    const { stride, width } = this.state;
    for (let d = 0; d < width; d++) {
      if (values[low + d]! < hull[d]!) hull[d] = values[low + d]!;
      if (values[high + d]! > hull[stride + d]!) hull[stride + d] = values[high + d]!;
    }
  }
}
