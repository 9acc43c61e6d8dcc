/** Hands out ranges of an address space and takes them back: first fit, neighbours joined. Fit for few, large ranges. */
export class Ranges {
  /** begin and end of each free range, in order */
  private readonly free: number[];

  constructor(
    private readonly begin: number,
    private readonly end: number,
  ) {
    this.free = [begin, end];
  }

  get isEmpty(): boolean {
    return this.free[0] === this.begin && this.free[1] === this.end;
  }

  /** @returns the begin, or nothing if no free range is large enough. Takes O(free ranges). */
  take(length: number): number | undefined {
    const { free } = this;
    for (let i = 0; i < free.length; i += 2) {
      const begin = free[i]!;
      const left = free[i + 1]! - begin - length;
      if (left < 0) continue;
      if (left === 0) free.splice(i, 2);
      else free[i] = begin + length;
      return begin;
    }
    return undefined;
  }

  giveBack(begin: number, length: number): void {
    const { free } = this;
    const end = begin + length;
    let i = 0;
    while (i < free.length && free[i]! < begin) i += 2;
    const joinsPrevious = i > 0 && free[i - 1] === begin;
    const joinsNext = i < free.length && free[i] === end;
    if (joinsPrevious && joinsNext) free.splice(i - 1, 2);
    else if (joinsPrevious) free[i - 1] = end;
    else if (joinsNext) free[i] = begin;
    else free.splice(i, 0, begin, end);
  }
}
