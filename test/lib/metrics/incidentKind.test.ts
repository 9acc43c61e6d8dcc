import assert from 'node:assert/strict';
import type { Direction } from '../../../lib/detection/explanation';
import { Feedback } from '../../../lib/detection/feedback/Feedback';
import { Incidents } from '../../../lib/metrics/Incidents';
import { kindOf } from '../../../lib/metrics/incidentKind';
import type { Point } from '../../../lib/metrics/Point';

const hour = 3_600_000;
const day = 24 * hour;
const dimensions = ['country', 'platform'];

function point(country: string, platform: string, off = 50, direction: Direction = 'LOW', score = 4): Point {
  const expected = { orders: { value: 100, lower: 90, upper: 110 } };
  return {
    key: `${country}|${platform}`,
    dimensions: [country, platform],
    value: direction === 'LOW' ? 100 - off : 100 + off,
    silent: 0,
    verdict: { score, severity: 90, isNews: true, isAnomaly: true, direction, lag: 0, expected },
  };
}

describe('the kind of an incident', () => {
  const keyOf = (...points: Point[]) => kindOf('orders', dimensions, points, 0).key;

  it('names the values of dimensions that all but a tenth of it is about', () => {
    assert.equal(keyOf(point('DE', 'web')), 'orders, country DE, platform web');
    assert.equal(keyOf(point('DE', 'web'), point('DE', 'ios')), 'orders, country DE');
    assert.equal(keyOf(point('DE', 'web'), point('FR', 'ios')), 'orders');
    assert.equal(keyOf(point('DE', 'web', 95), point('FR', 'ios', 5)), 'orders, country DE, platform web');
  });

  it('has the direction of what is off most, and the greatest score', () => {
    const kind = kindOf(
      'orders',
      dimensions,
      [point('DE', 'web', 20, 'LOW', 9), point('DE', 'ios', 60, 'HIGH')],
      7,
    );
    assert.deepEqual([kind.direction, kind.size, kind.time], ['HIGH', 9, 7]);
  });

  it('is known where nothing was expected, or where it is off without end', () => {
    const huge = { ...point('DE', 'web'), value: -Number.MAX_VALUE };
    assert.equal(keyOf(huge, { ...huge, dimensions: ['DE', 'ios'] }), 'orders, country DE');
    const unexpected = point('DE', 'web');
    const verdict = { ...unexpected.verdict, expected: undefined };
    assert.equal(keyOf({ ...unexpected, verdict: verdict as never }), 'orders, country DE, platform web');
  });

  it('lets ten marks silence what recurs, and nothing else', () => {
    const feedback = new Feedback('UTC');
    let ids = 0;
    const incidents = new Incidents({
      threshold: 70,
      closeAfter: 1,
      jointly: true,
      interval: hour,
      idOf: () => String(++ids),
      kindOf: (measure, points, time) => kindOf(measure, dimensions, points, time),
      adjust: (severity, kind) => feedback.adjust(severity, kind),
    });
    /** Whether these points make an incident at this time, which ends at once. */
    const alarms = (time: number, ...points: Point[]) => {
      const event = incidents.judge('orders', time, points);
      incidents.judge('orders', time + hour, []);
      return event && { ...event.incident.kind, id: event.incident.id };
    };
    const six = (at: number) => at * day + 6 * hour;
    let told = 0;
    for (let at = 0; at < 10; at++) {
      const incident = alarms(six(at), point('DE', 'web'));
      if (!incident) continue;
      told++;
      feedback.tell(incident);
      feedback.obey({ incident: incident.id, relevant: false, undo: false });
    }
    assert.equal(told, 2);
    assert.equal(alarms(six(20), point('DE', 'web')), undefined);
    assert.ok(alarms(six(21), point('FR', 'web')));
    assert.ok(alarms(six(22), point('DE', 'web', 50, 'HIGH')));
    assert.ok(alarms(six(23), point('DE', 'web', 50, 'LOW', 12)));
    assert.ok(alarms(six(24) + 8 * hour, point('DE', 'web')));
    feedback.obey({ incident: '1', relevant: false, undo: true });
    feedback.obey({ incident: '2', relevant: false, undo: true });
    assert.ok(alarms(six(25), point('DE', 'web')));
  });
});
