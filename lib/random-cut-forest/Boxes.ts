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
    if (this.isStored(link)) this.findStored(link);
    else this.findChildren(link);
  }

  /** Finds the box that an inner node has to have, from its children. */
  findChildren(node: number): void {
    const { hull } = this;
    const { stride, width } = this.state;
    hull.fill(Infinity, 0, width);
    hull.fill(-Infinity, stride, stride + width);
    this.includeChildren(node);
    this.values = hull;
    this.low = 0;
    this.high = stride;
  }

  private isStored(link: number): boolean {
    return link < 0 || this.state.boxAt(link) >= 0;
  }

  private findStored(link: number): void {
    const { state } = this;
    this.values = link >= 0 ? state.box : state.point;
    this.low = link >= 0 ? state.boxAt(link) : state.leafRow[~link]! * state.stride;
    this.high = link >= 0 ? this.low + state.stride : this.low;
  }

  private includeChildren(node: number): void {
    this.include(this.state.node[4 * node]!);
    this.include(this.state.node[4 * node + 1]!);
  }

  private include(link: number): void {
    if (!this.isStored(link)) {
      this.includeChildren(link);
      return;
    }
    this.findStored(link);
    const { hull, values, low, high } = this;
    const { stride, width } = this.state;
    for (let d = 0; d < width; d++) {
      if (values[low + d]! < hull[d]!) hull[d] = values[low + d]!;
      if (values[high + d]! > hull[stride + d]!) hull[stride + d] = values[high + d]!;
    }
  }
}
