import type { Dice } from '../Dice';
import type { Fleet } from './Fleet';

const incidentKinds = {
  level: 4,
  peaks: 3,
  ramp: 1.5,
  nothing: 1.5,
  frozen: 0.7,
  noisy: 1.5,
  swap: 1,
  ceiling: 1,
};
type IncidentKind = keyof typeof incidentKinds;

/** Something wrong with a machine for a while. */
export interface Incident {
  /** first and last record that people would call wrong */
  readonly label: readonly [number, number];
  readonly symptoms: readonly Symptom[];
}

/** How it shows in one metric, from one record to another. */
interface Symptom {
  readonly metric: number;
  readonly kind: IncidentKind;
  readonly from: number;
  readonly until: number;
  /** how much busier, in deviations, below 0 for less busy */
  readonly strength: number;
  /** part of the records of one that comes in peaks */
  readonly often: number;
}

/** What a metric would be, and has been. */
export interface Calm {
  readonly busy: number;
  /** noise of deviation 1 */
  readonly noise: number;
  readonly last: number;
  readonly highest: number;
}

/** Incidents from record `first` on, as many as the fleet has. */
export function incidentsOf(
  fleet: Fleet,
  dice: Dice,
  { metrics, first, length }: { readonly metrics: number; readonly first: number; readonly length: number },
): Incident[] {
  const { labelled, longest } = fleet.incidents;
  const found: Incident[] = [];
  let left = labelled * length;
  for (let attempt = 0; attempt < 300 && left > 0; attempt++) {
    const records = Math.round(Math.min(dice.timesBetween(8, longest), Math.max(8, 1.5 * left)));
    const from = first + dice.below(length - first - records);
    const margin = 40 + records / 3;
    const isTaken = found.some(
      ({ label: [begin, end] }) => from - margin < end && from + records + margin > begin,
    );
    if (isTaken) continue;
    found.push(incident(fleet.incidents, dice, metrics, [from, from + records - 1]));
    left -= records;
  }
  return found.sort((a, b) => a.label[0] - b.label[0]);
}

/** How busy a metric seems, or what it shows then: undefined is what it would show anyway. */
export function symptomAt(symptom: Symptom, i: number, calm: Calm): { busy?: number; shown?: number } {
  const { from, until, kind, often, strength } = symptom;
  switch (kind) {
    case 'level':
      return { busy: calm.busy + strength };
    case 'peaks':
      return ((i - from) * 0.618034) % 1 < often ? { busy: calm.busy + 1.5 * strength } : {};
    case 'ramp':
      return { busy: calm.busy + (1.5 * strength * (i - from + 1)) / (until - from + 1) };
    case 'nothing':
      return { shown: 0 };
    case 'frozen':
      return { shown: calm.last };
    case 'noisy':
      return { busy: calm.busy + 0.5 * Math.abs(strength) * calm.noise };
    case 'swap':
      return { busy: -calm.busy + 0.3 * strength };
    case 'ceiling':
      return { shown: calm.highest };
  }
}

function incident(
  { cover, metrics: most, shifted, strength }: Fleet['incidents'],
  dice: Dice,
  metrics: number,
  label: readonly [number, number],
): Incident {
  const [first, last] = label;
  const records = last - first + 1;
  const shows = Math.max(3, Math.round(records * dice.between(cover, 1)));
  // People notice late, or mark more than was wrong.
  const begin =
    first + Math.round(dice.between(-shifted, 1) * (records - shows)) - dice.below(1 + 0.1 * records);
  const kind = dice.oneOf(incidentKinds);
  const strongest = dice.timesBetween(strength / 5, strength);
  const sign = dice.happens(0.7) ? 1 : -1;
  const symptoms = dice.some(1 + dice.below(most), metrics).map((metric) => ({
    metric,
    kind: dice.happens(0.7) ? kind : dice.oneOf(incidentKinds),
    from: Math.max(0, begin + dice.below(1 + 0.15 * shows)),
    until: Math.min(begin + shows, last + 20),
    strength: sign * strongest * dice.between(0.4, 1.2),
    often: dice.timesBetween(0.05, 0.6),
  }));
  return { label, symptoms };
}
