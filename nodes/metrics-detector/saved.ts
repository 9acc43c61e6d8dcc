/** How what is neither a cube nor a model stands in a checkpoint: the settings that decide what they are, and incidents. */
import type { PartChange, SavedParts } from '../../lib/delivery/checkpoint/Keeping';
import type { Causes, SavedPair } from '../../lib/metrics/Causes';
import type { Incidents } from '../../lib/metrics/Incidents';
import { readJson } from '../../lib/metrics/jsonPart';
import { isGroupPart } from '../../lib/metrics/Groups';
import type { SavedIncident } from '../../lib/metrics/savedIncident';
import { isSilencePart } from '../../lib/metrics/Silences';
import { intervalOf, type MetricsSettings } from './settings';

export const shapePart = 'shape';
const causesPart = 'causes';
const incidentPrefix = 'incident ';

/** Whether a part is one of these. */
export function isOurs(part: string): boolean {
  const isIncident = part === causesPart || part.startsWith(incidentPrefix);
  return part === shapePart || isIncident || isSilencePart(part) || isGroupPart(part);
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
  if (!parts.has(shapePart)) return undefined;
  const saved = readJson(shapePart, parts.get(shapePart)) as Record<string, unknown>;
  const now = Object.entries(shapeOf(settings));
  return now.find(([name, value]) => JSON.stringify(saved[name]) !== JSON.stringify(value))?.[0];
}

export function packIncidents(incidents: Incidents, causes: Causes): PartChange[] {
  const changes = incidents.takeChanges().map(([measure, saved]): PartChange => {
    const part = incidentPrefix + measure;
    return saved ? { part, put: Buffer.from(JSON.stringify(saved)) } : { part, remove: true };
  });
  const pairs = causes.takeChange();
  if (pairs) changes.push({ part: causesPart, put: Buffer.from(JSON.stringify(pairs)) });
  return changes;
}

/** @throws Error naming the part that cannot be read */
export function readIncidents(parts: SavedParts): { incidents: SavedIncident[]; pairs: SavedPair[] } {
  const incidents = [...parts]
    .filter(([part]) => part.startsWith(incidentPrefix))
    .flatMap(([part, saved]) => [saved, ...(saved.joined ?? [])].map((one) => readJson(part, one)))
    .map((incident) => incident as SavedIncident);
  const causes = parts.get(causesPart);
  return { incidents, pairs: causes ? (readJson(causesPart, causes) as SavedPair[]) : [] };
}
