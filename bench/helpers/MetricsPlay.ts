import { BlobFolder } from '../../lib/delivery/checkpoint/BlobFolder';
import type { SavedPart } from '../../lib/delivery/checkpoint/Keeping';
import { isModelPart, modelPart, putOf, readModel } from '../../lib/delivery/models/storedModel';
import { slice } from '../../lib/node-red/Slices';
import { Random } from '../../lib/simulation/Random';
import { goOn, unfinished, type Steps } from '../../lib/steps/Steps';
import { MetricsDetector } from '../../nodes/metrics-detector/MetricsDetector';
import { settings } from '../../nodes/metrics-detector/settings';

/** MB of models in memory: more than any run takes. */
export const plenty = 20_000;
const minute = 60_000;
const begin = Date.UTC(2026, 0, 1);
/** Values that series of the past have had. */
const age = 1000;
const random = new Random(1);

type Parts = Map<string, SavedPart>;

/** A metrics detector, its rows, and what they took. */
export class MetricsPlay {
  readonly detector: MetricsDetector;
  /** of each interval, ms: what its first row took, which closes the one before */
  readonly closes: number[] = [];
  /** for which the event loop was held up at a stretch, ms */
  longest = 0;
  /** what it took to go on from what was saved, ms */
  readonly resume: number;
  private interval = 0;
  private elapsed = 0;
  private processor = 0;
  private values = 0;

  /**
   * @param folder where models are written to
   * @param series one row of each in every interval
   * @param maxMemory MB of models in memory
   * @param parts what a checkpoint held; see `past`
   */
  constructor(
    folder: string,
    private readonly series: number,
    maxMemory = plenty,
    parts: Parts = new Map(),
  ) {
    const parsed = settings.parse({
      measures: [{ name: 'orders', fn: 'SUM', field: 'orders' }],
      dimensions: ['shop'],
      size: 1,
      timeField: 'time',
      maxMemory,
    });
    this.detector = new MetricsDetector(parsed, new BlobFolder(folder), {
      sender: 'bench',
      events: { at: () => undefined },
    });
    if (parts.size > 0) this.interval = age;
    this.resume = timed(() => this.detector.restore(parts, this.detector.version));
  }

  /** Rows of so many intervals; each closes the one before. */
  go(intervals: number): this {
    const [wall, processor] = [performance.now(), process.cpuUsage()];
    for (let end = this.interval + intervals; this.interval < end; this.interval++) this.goOn();
    const { user, system } = process.cpuUsage(processor);
    this.elapsed += performance.now() - wall;
    this.processor += user + system;
    this.values += intervals * this.series;
    return this;
  }

  /** Since this was asked last: values a second, and µs of a processor for one. */
  take(): [rate: number, cost: number] {
    const [rate, cost] = [this.values / (this.elapsed / 1000), this.processor / this.values];
    this.elapsed = this.processor = this.values = 0;
    return [rate, cost];
  }

  private goOn(): void {
    const time = begin + this.interval * minute;
    const now = { wall: time, steady: time };
    for (let shop = 0; shop < this.series; shop++) {
      const record = { time, shop, orders: 100 + 9 * random.next() };
      const start = performance.now();
      const steps = this.detector.take({ msg: {}, record, index: -1 }, now, ({ faults }) => {
        if (faults[0]) throw faults[0].error;
      });
      this.inSlices(steps);
      if (shop === 0) this.closes.push(performance.now() - start);
    }
  }

  /** As the node does it, but that nobody else has a turn in between. */
  private inSlices(steps: Steps<unknown>): void {
    for (let left: unknown = unfinished; left === unfinished;) {
      this.longest = Math.max(
        this.longest,
        timed(() => (left = goOn(steps, slice))),
      );
    }
  }
}

/** What a checkpoint holds of so many series, each with the same past. */
export function past(folder: string, series: number): Parts {
  const { detector } = new MetricsPlay(folder, 1).go(age);
  const parts: Parts = new Map();
  for (const change of detector.changes())
    if ('put' in change) parts.set(change.part, { base: change.put, appended: [] });
  detector.close();
  const [known] = [...parts]
    .filter(([name]) => isModelPart(name))
    .map(([name, part]) => readModel(name, part));
  for (let shop = 0; shop < series; shop++) {
    const key = String(shop);
    parts.set(modelPart(key), {
      base: Buffer.concat([putOf({ ...known!.base, key }, []), ...known!.replay]),
      appended: [],
    });
  }
  return parts;
}

/** Milliseconds that a task takes. */
export function timed(task: () => void): number {
  const start = performance.now();
  task();
  return performance.now() - start;
}
