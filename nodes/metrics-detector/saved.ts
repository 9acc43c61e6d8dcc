/** How what is neither a cube nor a model stands in a checkpoint: the settings that decide what they are, and incidents. */
import type { PartChange, SavedParts } from '../../lib/delivery/checkpoint/Keeping';
import type { Causes, SavedPair } from '../../lib/metrics/Causes';
import type { Incidents } from '../../lib/metrics/Incidents';
import type { SavedIncident } from '../../lib/metrics/savedIncident';
import { intervalOf, type MetricsSettings } from './settings';

export const shapePart = 'shape';
const causesPart = 'causes';
const incidentPrefix = 'incident ';

/** Whether a part is one of these. */
export function isOurs(part: string): boolean {
  return part === shapePart || part === causesPart || part.startsWith(incidentPrefix);
}

/**
 * The combination of dimensions' values that a part is about, which is what its name says after a blank. An incident goes
 * with the series that it impacts most.
 * @param incidentAt the combination of that series, by measure
 */
export function combinationOf(
  part: string,
  incidentAt: (measure: string) => string | undefined,
): string | undefined {
  const blank = part.indexOf(' ');
  if (blank < 0) return undefined;
  const name = part.slice(blank + 1);
  return part.startsWith(incidentPrefix) ? incidentAt(name) : name;
}

/** The settings that decide what a series is: one that was learned with others is another series. */
function shapeOf(settings: MetricsSettings): Readonly<Record<string, unknown>> {
  const { measures, dimensions, timeZone, missing, detector, seed } = settings;
  const size = intervalOf(settings);
  return { measures, dimensions, size, missing, detector, seed, timeZone };
}

export function packShape(settings: MetricsSettings): Uint8Array {
  return Buffer.from(JSON.stringify(shapeOf(settings)));
}

/** The first setting that is not what it was when the parts were saved. */
export function shapeChange(parts: SavedParts, settings: MetricsSettings): string | undefined {
  const base = parts.get(shapePart)?.base;
  if (!base) return undefined;
  const saved = JSON.parse(Buffer.from(base).toString('utf8')) as Record<string, unknown>;
  const now = Object.entries(shapeOf(settings));
  return now.find(([name, value]) => JSON.stringify(saved[name]) !== JSON.stringify(value))?.[0];
}

/** @param causes when they have changed */
export function packIncidents(incidents: Incidents, causes: Causes | undefined): PartChange[] {
  const changes = incidents.takeChanges().map(([measure, saved]): PartChange => {
    const part = incidentPrefix + measure;
    return saved ? { part, put: Buffer.from(JSON.stringify(saved)) } : { part, remove: true };
  });
  if (causes) changes.push({ part: causesPart, put: Buffer.from(JSON.stringify(causes.state())) });
  return changes;
}

/** @throws Error naming the part that cannot be read */
export function readIncidents(parts: SavedParts): { incidents: SavedIncident[]; pairs: SavedPair[] } {
  const incidents = [...parts]
    .filter(([part]) => part.startsWith(incidentPrefix))
    .flatMap(([part, saved]) => [saved, ...(saved.joined ?? [])].map(({ base }) => read(part, base)))
    .map((incident) => incident as SavedIncident);
  const causes = parts.get(causesPart);
  return { incidents, pairs: causes ? (read(causesPart, causes.base) as SavedPair[]) : [] };
}

/** The checkpoints have told damage. */
function read(part: string, base: Uint8Array | undefined): unknown {
  try {
    return JSON.parse(Buffer.from(base ?? []).toString('utf8'));
  } catch (error) {
    throw new Error(`the saved part "${part}" cannot be used: it is no JSON`, { cause: error });
  }
}
