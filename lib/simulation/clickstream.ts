import { injectionAt } from './injectionAt';
import { Random } from './Random';
import type { Scenario } from './Scenario';

/**
 * Beacons of an advertisement: each pass shows it (an Impression) and with some probability somebody clicks it (a
 * Click). By default 2500 passes are clicked at 10 %, except passes 1950 to 1999 at 50 %, as in the AWS Big Data Blog's
 * "Real-time Clickstream Anomaly Detection with Amazon Kinesis Analytics".
 */
export const clickstream: Scenario = {
  value: { min: 0, max: 1 },
  targets: ({ sites }) => sites,
  usualAnomalies: () => [{ from: 1950, length: 50, value: 0.5, target: '' }],
  passLength: ({ pace }) => 1000 / pace,

  *records({ passes, pace, seed, clickRate, sites }, round) {
    const random = new Random(seed, round.index);
    for (let pass = 0; pass < passes; pass++) {
      const timestamp = Math.floor(round.start + (pass * 1000) / pace);
      // Every pass draws twice whatever happens in it, so an injection changes no other pass.
      const site = random.pick(sites) ?? '';
      const draw = random.next();
      const injection = injectionAt(round, pass, site);
      const rate = injection?.value ?? clickRate;
      const label = {
        anomaly: injection !== undefined,
        kind: injection ? (rate < clickRate ? 'low-ctr' : 'high-ctr') : 'normal',
        pass,
        round: round.index,
        target: site,
      };
      yield { payload: { browseraction: 'Impression', site, timestamp }, timestamp, label };
      // The click has its impression's time, so that no window takes one without the other.
      if (draw < rate) yield { payload: { browseraction: 'Click', site, timestamp }, timestamp, label };
    }
  },
};
