import { Random } from './Random';

/** One line of a VPC Flow Log in the default format, version 2, in the order of its fields. */
export const flowLogFields = [
  'version',
  'account_id',
  'interface_id',
  'srcaddr',
  'dstaddr',
  'srcport',
  'dstport',
  'protocol',
  'packets',
  'bytes',
  'start',
  'end',
  'action',
  'log_status',
] as const;

export type FlowLine = readonly (string | number)[];

/** The account of the examples in AWS's documentation. */
export const account = '123456789012';

const day = 24 * 3_600_000;
const ports = [443, 443, 443, 80, 22, 53, 5432] as const;
/** The address blocks that RFC 5737 sets aside for documentation: nobody's. */
const outside = ['192.0.2', '198.51.100', '203.0.113'] as const;

export interface Minute {
  readonly interfaceId: string;
  /** position of the interface in the list; gives each its own level and rhythm */
  readonly index: number;
  /** milliseconds since the epoch, a whole minute */
  readonly start: number;
  /** how much of the usual traffic flows: 1 is normal, 0 is silence */
  readonly factor: number;
}

/**
 * The flows of one network interface in one minute: a few of many sizes around a level that follows the hour, some
 * rejected. Each ends within its minute, so a window over `end` holds exactly one minute.
 */
export function flowsOf(minute: Minute, random: Random): FlowLine[] {
  if (minute.factor === 0) return [noFlow(minute, 'NODATA')];
  const usual = random.integer(8, 16);
  // An attack comes in more flows as well as in larger ones, an outage leaves fewer and smaller ones.
  const count = Math.round(usual * Math.min(3, Math.max(0.5, minute.factor)));
  const level = 20_000 * (1 + (minute.index % 4)) * rhythm(minute) * ((minute.factor * usual) / count);
  const lines = Array.from({ length: count }, () => flow(minute, level, random));
  // In reality these two come instead of flows; beside them they exercise a parser and leave no gap in the bytes.
  if (random.chance(0.01)) lines.push(noFlow(minute, 'SKIPDATA'));
  if (random.chance(0.01)) lines.push(noFlow(minute, 'NODATA'));
  return lines;
}

function flow(minute: Minute, level: number, random: Random): FlowLine {
  const rejected = random.chance(0.06);
  const size = Math.round(level * random.heavyTail(10) * (0.5 + random.next()));
  const bytes = rejected ? random.integer(1, 3) * 40 : Math.max(40, size);
  const packets = rejected ? bytes / 40 : Math.ceil(bytes / random.integer(300, 1400));
  const remote = `${random.pick(outside)}.${random.integer(1, 254)}`;
  const local = `10.0.${minute.index % 256}.${random.integer(4, 30)}`;
  const second = minute.start / 1000;
  return [
    2,
    account,
    minute.interfaceId,
    remote,
    local,
    random.integer(1024, 65_535),
    rejected ? random.integer(1, 1023) : random.pick(ports),
    random.chance(0.9) ? 6 : 17,
    packets,
    bytes,
    second + random.integer(0, 9),
    second + random.integer(50, 59),
    rejected ? 'REJECT' : 'ACCEPT',
    'OK',
  ];
}

function noFlow({ interfaceId, start }: Minute, status: 'NODATA' | 'SKIPDATA'): FlowLine {
  const second = start / 1000;
  return [2, account, interfaceId, ...'-'.repeat(7), second, second + 59, '-', status];
}

/** From 0.6 in the night to 1.4 at its busiest, once a day: a wave of parabolas, exact on every platform. */
function rhythm({ start, index }: Minute): number {
  const turn = (((start / day + (index % 4) / 16 + 0.65) % 1) + 1) % 1;
  const wave = turn < 0.5 ? 16 * turn * (0.5 - turn) : -16 * (turn - 0.5) * (1 - turn);
  return 1 + 0.4 * wave;
}
