/** How incidents stand in a checkpoint, and what becomes of those of several partitions that a merge has made one. */
import type { Impact, Incident } from './Incident';

interface PackedIncident extends Omit<Incident, 'impacts'> {
  readonly impacts: readonly Impact[];
}

/** An incident as it is saved. */
export interface SavedIncident extends PackedIncident {
  readonly told: { readonly severity: number; readonly series: number };
  /** others of its measure that it goes on for, and that are not told to be closed yet */
  readonly absorbed?: readonly PackedIncident[];
}

export function packed(incident: Incident): PackedIncident {
  return { ...incident, impacts: [...incident.impacts.values()] };
}

export function unpacked(saved: PackedIncident): Incident {
  return { ...saved, impacts: new Map(saved.impacts.map((impact) => [impact.key, impact])) };
}

/** The first one, which goes on with what both impact, since when people were told of it. */
export function together(one: Incident, other: Incident): Incident {
  return {
    ...one,
    onset: Math.min(one.onset, other.onset),
    last: Math.max(one.last, other.last),
    severity: Math.max(one.severity, other.severity),
    count: one.count + other.count,
    quiet: Math.min(one.quiet, other.quiet),
    impacts: new Map([...other.impacts, ...one.impacts]),
  };
}
