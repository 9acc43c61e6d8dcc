import { SeriesDetector } from '../../lib/detection/series/SeriesDetector';
import { noise } from '../../test/helpers/noise';

const seeds = [1, 2];
const hour = 3_600_000;
const interval = hour / 12;
/** Records after the outage that are looked at. */
const afterwards = 12;

/**
 * How far what the detector of a series expects lies from what would have been, on average, during an outage and in the first
 * twelve records after it: of a series every five minutes with a rhythm of days at a level of 200.
 * @param start ms since the epoch; the outage comes four weeks later
 */
export function outage(start: number, hours: number): number[] {
  const from = start + (28 * 24 + 7) * hour;
  const until = from + hours * hour;
  const end = until + afterwards * interval;
  const off = [0, 0];
  for (const seed of seeds) {
    const random = noise(seed);
    const detector = new SeriesDetector({ names: ['value'], size: 'compact' });
    for (let time = start; time < end; time += interval) {
      const usual = 200 + 60 * Math.sin((2 * Math.PI * time) / (24 * hour)) + 4 * random();
      const { expected } = detector.process(time, [time >= from && time < until ? 0 : usual]);
      if (time >= from) off[time < until ? 0 : 1]! += Math.abs(expected!.value!.value - usual);
    }
    detector.free();
  }
  return [off[0]! / (hours * 12 * seeds.length), off[1]! / (afterwards * seeds.length)];
}
