import assert from 'node:assert/strict';
import { Causes } from '../../../lib/metrics/Causes';
import type { Impact, Incident } from '../../../lib/metrics/Incident';

const interval = 60_000;

function incident(measure: string, onset: number, keys: readonly string[] = ['DE']): Incident {
  const impacts = new Map(keys.map((key) => [key, { key } as Impact]));
  const at = onset * interval;
  return {
    id: `${measure}@${onset}`,
    measure,
    kind: { key: measure, size: 1, time: at },
    since: at,
    onset: at,
    last: at,
    severity: 80,
    count: 1,
    quiet: 0,
    impacts,
  };
}

describe('which measure was first', () => {
  /** Latency rises and `lead` intervals later orders fall, so many times. */
  const seen = (times: number, lead = 2) => {
    const causes = new Causes(interval);
    for (let time = 0; time < times; time++) {
      const latency = incident('latency', 100 * time);
      causes.note([incident('orders', 100 * time + lead)], [latency]);
    }
    return causes;
  };
  const latency = incident('latency', 5000);
  const orders = incident('orders', 5003);

  it('is unknown the first times, but says what was seen', () => {
    assert.deepEqual(seen(1).of(orders, [latency]), [
      {
        measure: 'latency',
        incident: 'latency@5000',
        relation: 'unknown',
        lead: 3,
        shared: 1,
        before: { together: 1, led: 1, followed: 0 },
      },
    ]);
  });

  it('makes the one that led before a possible cause, and the other its effect', () => {
    const causes = seen(2);
    assert.equal(causes.of(orders, [latency])[0]!.relation, 'cause');
    const [back] = causes.of(latency, [orders]);
    assert.deepEqual(
      [back!.relation, back!.lead, back!.before],
      ['effect', -3, { together: 2, led: 0, followed: 2 }],
    );
  });

  it('stays unknown when the order is another one than before, or was now this, now that', () => {
    const other = incident('orders', 4999);
    assert.equal(seen(5).of(other, [latency])[0]!.relation, 'unknown');
    const mixed = seen(3);
    for (const time of [7, 8, 9])
      mixed.note([incident('latency', 100 * time + 2)], [incident('orders', 100 * time)]);
    assert.equal(mixed.of(orders, [latency])[0]!.relation, 'unknown');
  });

  it('stays unknown when both always begin in one interval', () => {
    assert.equal(seen(5, 0).of(orders, [latency])[0]!.relation, 'unknown');
  });

  it('has nothing to do with incidents in other series, or long apart', () => {
    const causes = seen(5);
    assert.deepEqual(causes.of(incident('orders', 5003, ['FR']), [latency]), []);
    assert.deepEqual(causes.of(incident('orders', 5013), [latency]), []);
  });

  it('goes on from what was saved', () => {
    const causes = new Causes(interval);
    const before = seen(4);
    causes.load(before.takeChange()!);
    assert.deepEqual(causes.of(orders, [latency]), seen(4).of(orders, [latency]));
    assert.deepEqual([before.takeChange(), causes.takeChange()], [undefined, undefined]);
  });

  it('takes two that begin in one interval for one pair', () => {
    const causes = new Causes(interval);
    const both = [incident('latency', 100), incident('orders', 100)];
    causes.note(both, both);
    assert.deepEqual(causes.takeChange(), [['latency', 'orders', 1, 0, 0]]);
  });

  it('is forgotten', () => {
    const causes = seen(4);
    causes.forget();
    assert.deepEqual(causes.takeChange(), []);
    assert.equal(causes.of(orders, [latency])[0]!.before.together, 0);
  });
});
