import { flatState } from '../flatState';

/** How much of the present shingle is made up, and so whether a forest should learn from it. */
export class FilledShare {
  /** the latest records' places in a ring, 1 for one that was filled in; the next place */
  private readonly ring: Float64Array;

  private readonly most: number;

  /** @param options.most the part that may be made up; more would teach the forest its own opinion. 0.5 */
  constructor(
    private readonly shingleSize: number,
    { most = 0.5, state }: { most?: number; state?: readonly number[] } = {},
  ) {
    this.most = most;
    this.ring = flatState('a filled share', shingleSize + 1, state);
  }

  /** Everything it knows, for the constructor. */
  state(): number[] {
    return [...this.ring];
  }

  /** @param filled the part of the record that was missing, 0 to 1 */
  learn(filled: number): void {
    const { ring, shingleSize } = this;
    const place = ring[shingleSize]!;
    ring[place] = filled;
    ring[shingleSize] = (place + 1) % shingleSize;
  }

  /** 0 to 1. */
  get share(): number {
    let sum = 0;
    for (let i = 0; i < this.shingleSize; i++) sum += this.ring[i]!;
    return sum / this.shingleSize;
  }

  get isLearnable(): boolean {
    return this.share <= this.most;
  }
}
