/** How far a zone's clocks are ahead of UTC at a time (ms since the epoch), ms. */
export type ZoneOffset = (time: number) => number;

/**
 * Where intervals begin. All are of one length on the clocks of a zone, so that a day reaches from midnight to midnight
 * there, even if it has 23 or 25 hours. A *place* is a time as those clocks show it, in ms.
 */
export class IntervalGrid {
  /** @param size length of an interval on those clocks, ms */
  constructor(
    readonly size: number,
    private readonly offset: ZoneOffset = () => 0,
  ) {}

  placeOf(time: number): number {
    return time + this.offset(time);
  }

  /** The time that has this place; the earlier one where clocks are set back, and the next one where they skip it. */
  timeOf(place: number): number {
    const guess = place - this.offset(place);
    return place - this.offset(Math.min(guess, place - this.offset(guess)));
  }
}
