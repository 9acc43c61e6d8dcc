import type { Incident } from './Incident';

/**
 * What another measure has to do with an incident. `cause` and `effect` are said only when the order in time is as it was
 * before, and not the first time; it is evidence, no proof.
 */
export interface Relation {
  /** the other measure */
  readonly measure: string;
  /** id of its incident */
  readonly incident: string;
  /** what the other measure is to this one */
  readonly relation: 'cause' | 'effect' | 'unknown';
  /** intervals that the other measure's incident began before this one's; negative when it began after */
  readonly lead: number;
  /** series that both impact */
  readonly shared: number;
  /** how it was in earlier incidents of both: how often there were any, and in how many of these the other one led */
  readonly before: { readonly together: number; readonly led: number; readonly followed: number };
}

interface Pair {
  together: number;
  /** how often the first of the two measures led */
  first: number;
  second: number;
}

/** What is remembered of a pair of measures. */
export type SavedPair = readonly [
  first: string,
  second: string,
  together: number,
  led: number,
  followed: number,
];

/** How many earlier incidents there must be, and in how many of them the order must have been the same. */
const leastTogether = 2;
const leastShare = 0.75;
/** Incidents that begin further apart have nothing to do with each other, as far as can be told; intervals. */
const furthest = 12;
/** What was seen longest ago counts less: beyond this, everything is halved. */
const mostTogether = 64;

/** Which measures become strange together, and which of them first. */
export class Causes {
  private readonly pairs = new Map<
    string,
    { readonly names: readonly [string, string]; readonly pair: Pair }
  >();

  private hasChanged = false;

  /** @param interval length of an interval, ms */
  constructor(private readonly interval: number) {}

  /**
   * Notes the order of incidents: each pair of them once, when the later one of the two has begun.
   * @param begun those that have just begun
   * @param current all that are going on, these included
   */
  note(begun: readonly Incident[], current: readonly Incident[]): void {
    const others = current.filter(({ id }) => !begun.some((incident) => incident.id === id));
    for (const incident of begun) {
      this.noteOne(incident, others);
      others.push(incident);
    }
  }

  private noteOne(begun: Incident, others: readonly Incident[]): void {
    for (const other of others) {
      if (!this.isRelated(begun, other)) continue;
      this.hasChanged = true;
      const [one, two] = begun.measure < other.measure ? [begun, other] : [other, begun];
      const { pair } = this.pairOf(one.measure, two.measure);
      if (pair.together >= mostTogether) {
        pair.together /= 2;
        pair.first /= 2;
        pair.second /= 2;
      }
      pair.together++;
      const lead = this.lead(two, one);
      if (lead > 0) pair.first++;
      if (lead < 0) pair.second++;
    }
  }

  /**
   * What the other incidents have to do with one; to be asked before `note` is told of it, so that no incident is evidence
   * for itself.
   */
  of(incident: Incident, others: readonly Incident[]): Relation[] {
    return others
      .filter((other) => this.isRelated(incident, other))
      .map((other): Relation => {
        const lead = this.lead(incident, other);
        const before = this.before(other.measure, incident.measure);
        const usual = (times: number) =>
          before.together >= leastTogether && times >= leastShare * before.together;
        const isCause = lead > 0 && usual(before.led);
        const isEffect = lead < 0 && usual(before.followed);
        return {
          measure: other.measure,
          incident: other.id,
          relation: isCause ? 'cause' : isEffect ? 'effect' : 'unknown',
          lead,
          shared: sharedBy(incident, other),
          before,
        };
      });
  }

  /** What is remembered of all pairs, when that has changed since the last call or since `load`. */
  takeChange(): SavedPair[] | undefined {
    if (!this.hasChanged) return undefined;
    this.hasChanged = false;
    return [...this.pairs.values()].map(({ names: [one, two], pair: { together, first, second } }) => [
      one,
      two,
      together,
      first,
      second,
    ]);
  }

  /** Forgets what was. */
  forget(): void {
    this.pairs.clear();
    this.hasChanged = true;
  }

  /** Goes on from there, and from that alone. */
  load(saved: readonly SavedPair[]): void {
    this.pairs.clear();
    this.hasChanged = false;
    for (const [one, two, together, first, second] of saved) {
      Object.assign(this.pairOf(one, two).pair, { together, first, second });
    }
  }

  private isRelated(one: Incident, other: Incident): boolean {
    return (
      one.measure !== other.measure && Math.abs(this.lead(one, other)) <= furthest && sharedBy(one, other) > 0
    );
  }

  /** Intervals that `other` began before `incident`. */
  private lead(incident: Incident, other: Incident): number {
    return Math.round((incident.onset - other.onset) / this.interval);
  }

  private before(other: string, own: string): Relation['before'] {
    const known = this.pairs.get(nameOf(other, own))?.pair ?? this.pairs.get(nameOf(own, other))?.pair;
    const { together = 0, first = 0, second = 0 } = known ?? {};
    const isFirst = this.pairs.has(nameOf(other, own));
    return { together, led: isFirst ? first : second, followed: isFirst ? second : first };
  }

  private pairOf(one: string, two: string): { readonly pair: Pair } {
    const name = nameOf(one, two);
    const known = this.pairs.get(name);
    if (known) return known;
    const fresh = { names: [one, two] as const, pair: { together: 0, first: 0, second: 0 } };
    this.pairs.set(name, fresh);
    return fresh;
  }
}

function nameOf(one: string, two: string): string {
  return JSON.stringify([one, two]);
}

function sharedBy(one: Incident, other: Incident): number {
  let shared = 0;
  for (const key of one.impacts.keys()) if (other.impacts.has(key)) shared++;
  return shared;
}
