/**
 * What memory has to do with the cost of a value: processor time of one when few or many models take their turns, value by
 * value, and when each of many has several values before it is the next one's turn. What a model of 150 kB needs of its memory
 * is in the processor's nearest caches only if it has just been there.
 */
import { SeriesDetector } from '../lib/detection/series/SeriesDetector';
import { Random } from '../lib/simulation/Random';
import { detectorOptions } from '../nodes/metrics-detector/options';
import { settings } from '../nodes/metrics-detector/settings';
import { median } from './helpers/statistics';

interface Order {
  readonly models: number;
  /** values of one model before it is the next one's turn */
  readonly each: number;
}

const most = 8000;
const orders: readonly Order[] = [
  { models: 10, each: 1 },
  { models: 1000, each: 1 },
  { models: most, each: 1 },
  { models: most, each: 2 },
  { models: most, each: 8 },
];
const rounds = 7;
const values = 16_000;
const age = 1000;
const minute = 60_000;
const begin = Date.UTC(2026, 0, 1);
const random = new Random(1);
const names = ['orders'];
const options = { ...detectorOptions(settings.parse({ timeField: 'time', size: 1 })), names };

/** A model, and how many values it has had. */
class Player {
  private count = age;

  constructor(private readonly detector: SeriesDetector) {}

  go(): void {
    this.detector.process(begin + this.count++ * minute, [100 + 9 * random.next()]);
  }
}

function grown(): ReturnType<SeriesDetector['state']> {
  const detector = new SeriesDetector(options);
  for (let i = 0; i < age; i++) detector.process(begin + i * minute, [100 + 9 * random.next()]);
  return detector.state();
}

/** µs of the processor for a value. */
function cost({ models, each }: Order): number {
  const before = process.cpuUsage();
  for (let turn = 0; turn < values / each; turn++) {
    const player = players[turn % models]!;
    for (let i = 0; i < each; i++) player.go();
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / values;
}

const state = grown();
const players = Array.from({ length: most }, () => new Player(new SeriesDetector(options, state)));
const costs = orders.map((): number[] => []);
// In turns, so that what else the machine does is in all of them; the first round compiles.
for (let round = 0; round <= rounds; round++) {
  for (const [at, order] of orders.entries()) {
    const one = cost(order);
    if (round > 0) costs[at]!.push(one);
  }
}
console.log('  models | values each | µs/value');
for (const [at, { models, each }] of orders.entries()) {
  const columns = [
    String(models).padStart(8),
    String(each).padStart(11),
    median(costs[at]!).toFixed(1).padStart(8),
  ];
  console.log(columns.join(' | '));
}
