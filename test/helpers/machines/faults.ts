import type { Dice } from './Dice';

const faultKinds = {
  shift: 4,
  saturate: 2,
  stuck: 1,
  oscillate: 1,
  restless: 1.5,
  detached: 1.5,
  leak: 1.5,
  dead: 1,
};
type FaultKind = keyof typeof faultKinds;

/** Something wrong with a machine for a while. */
export interface Fault {
  /** first and last record that people would call wrong */
  readonly label: readonly [number, number];
  /** what happens to each metric that it affects */
  readonly effects: ReadonlyMap<number, Effect>;
}

/** What a fault does to one metric. */
export interface Effect {
  readonly kind: FaultKind;
  /** first and last record in which it shows */
  readonly from: number;
  readonly until: number;
  /** how much busier, in deviations, below 0 for less busy */
  readonly strength: number;
  /** records of one oscillation */
  readonly period: number;
  /** the part of the time that it shows at all, in turns of a dozen records */
  readonly presence: number;
}

/**
 * Faults of 5 to 1000 records in 2 to 15 % of the records from `first` on: in one or two metrics, in some, or in most of
 * them. People notice late or too early, and single metrics show later and shorter what is wrong.
 */
export function faultsOf(dice: Dice, metrics: number, first: number, length: number): Fault[] {
  const wanted = dice.timesBetween(0.02, 0.15) * length;
  const faults: Fault[] = [];
  const taken: (readonly [number, number])[] = [];
  let labelled = 0;
  for (let attempt = 0; attempt < 200 && labelled < wanted; attempt++) {
    const records = Math.round(Math.min(dice.timesBetween(5, 1000), Math.max(5, 1.3 * (wanted - labelled))));
    const from = first + dice.below(length - first - records);
    const margin = 30 + records / 2;
    if (taken.some(([begin, end]) => from - margin < end && from + records + margin > begin)) continue;
    taken.push([from, from + records]);
    faults.push(fault(dice, metrics, from, from + records - 1));
    labelled += records;
  }
  return faults;
}

function fault(dice: Dice, metrics: number, first: number, last: number): Fault {
  const records = last - first + 1;
  const share = dice.oneOf({ few: 3, some: 4, most: 3 });
  const affected =
    share === 'few'
      ? 1 + dice.below(2)
      : Math.ceil(metrics * (share === 'some' ? dice.between(0.1, 0.4) : dice.between(0.5, 0.9)));
  const kind = dice.oneOf(faultKinds);
  const strength = dice.timesBetween(1.2, 6);
  const presence = dice.happens(0.3) ? dice.between(0.3, 0.8) : 1;
  const [early, late] = [dice.between(-0.1, 0.25), dice.between(-0.25, 0.1)];
  const effects = dice.some(affected, metrics).map((metric): [number, Effect] => {
    const from = Math.round(first + records * (early + dice.between(0, 0.1)));
    const until = Math.round(last + records * (late - dice.between(0, 0.1)));
    return [
      metric,
      {
        kind: dice.happens(0.7) ? kind : dice.oneOf(faultKinds),
        from: Math.min(from, until),
        until,
        strength: dice.sign() * strength * dice.between(0.5, 1.3),
        period: dice.timesBetween(4, 40),
        presence,
      },
    ];
  });
  return { label: [first, last], effects: new Map(effects) };
}

/** Whether an effect shows in a record: some come and go. */
export function isPresent({ from, until, presence }: Effect, i: number): boolean {
  if (i < from || i > until) return false;
  const turn = Math.floor((i - from) / 12);
  return presence === 1 || turn === 0 || (turn * 0.618034) % 1 < presence;
}

/**
 * How busy a metric is under an effect.
 * @param calm how busy it would be; of it `own` is noise of its own, and `apart` what it would be if it followed nothing
 */
export function busyUnder(
  { kind, from, until, strength, period }: Effect,
  i: number,
  { calm, own, apart }: { readonly calm: number; readonly own: number; readonly apart: number },
): number {
  switch (kind) {
    case 'shift':
      return calm + strength;
    case 'saturate':
      return Math.abs(strength) + 3 + 0.1 * own;
    case 'oscillate':
      return calm + strength * Math.sin((2 * Math.PI * (i - from)) / period);
    case 'restless':
      return calm + (Math.abs(strength) + 1) * own;
    case 'detached':
      return apart;
    case 'leak':
      return calm + (1.5 * strength * (i - from)) / (until - from + 1);
    case 'stuck':
    case 'dead':
      return calm;
  }
}
