import assert from 'node:assert/strict';
import { Incidents, type IncidentRules } from '../../../lib/metrics/Incidents';
import type { Judgement, Point } from '../../../lib/metrics/Point';
import { jointSeverity } from '../../../lib/metrics/severity';

const rules: IncidentRules = {
  threshold: 70,
  closeAfter: 2,
  jointly: true,
  interval: 10,
  idOf: (measure, since) => `${measure}@${since}`,
  kindOf: (key, points, time) => ({ key, size: points.length, time }),
  adjust: (severity) => severity,
};

/** A series that is so severe: where it is strange, far below what was expected, which is 9. */
function point(
  key: string,
  severity: number,
  more: Partial<Judgement> = {},
  value = severity >= 70 ? 5 : 9,
): Point {
  const expected = { orders: { value: 9, lower: 8, upper: 10 } };
  const verdict = {
    score: severity / 10,
    severity,
    isNews: true,
    isAnomaly: severity >= 70,
    lag: 0,
    expected,
    ...more,
  };
  return { key, dimensions: [key], value, silent: 0, verdict };
}

describe('incidents of a cube', () => {
  const told = (incidents: Incidents, ...intervals: Point[][]) =>
    intervals.map((points, at) => incidents.judge('orders', at * 10, points)?.state ?? '-').join(' ');

  it('open with what is strange, and close after so many quiet intervals in a row', () => {
    const [strange, calm] = [[point('a', 80)], [point('a', 10)]];
    const incidents = new Incidents(rules);
    assert.equal(told(incidents, calm, strange, calm, strange, calm, calm, calm), '- open - - - close -');
    assert.deepEqual(incidents.current, []);
  });

  it('go on while their series are still half as far off together, to the same side, though not strange any more', () => {
    const strange = [point('a', 80, {}, 5), point('b', 80, {}, 5), point('c', 0)];
    for (const [a, b, goesOn] of [
      [5, 5, true],
      [5, 9, true],
      [7.3, 7.4, false],
      [9, 9.1, false],
      [13, 13, false],
    ] as const) {
      const incidents = new Incidents({ ...rules, closeAfter: 1 });
      incidents.judge('orders', 0, strange);
      const later = [point('a', 10, {}, a), point('b', 10, {}, b), point('c', 10, {}, 5)];
      const event = incidents.judge('orders', 10, later);
      assert.equal(event?.state, goesOn ? undefined : 'close', `${a}, ${b}`);
      if (goesOn) assert.deepEqual([...incidents.current[0]!.impacts.keys()], ['a', 'b']);
    }
  });

  it('are over when what is left of them is back to normal, or not asked for', () => {
    for (const suppressed of ['back-to-normal', 'minimum-change', 'direction', 'missing'] as const) {
      const incidents = new Incidents({ ...rules, closeAfter: 1 });
      incidents.judge('orders', 0, [point('a', 80)]);
      const event = incidents.judge('orders', 10, [point('a', 80, { suppressed })]);
      assert.equal(event?.state, 'close', suppressed);
    }
  });

  it('are told again when another series joins or they get more severe by 5', () => {
    const incidents = new Incidents(rules);
    const states = told(
      incidents,
      [point('a', 75), point('b', 0)],
      [point('a', 76), point('b', 0)],
      [point('a', 80), point('b', 0)],
      [point('a', 80), point('b', 71)],
      [point('a', 80), point('b', 71)],
    );
    assert.equal(states, 'open - update update -');
  });

  it('keep of each series when it was strangest, and what it was off all together', () => {
    const incidents = new Incidents(rules);
    incidents.judge('orders', 0, [point('a', 80, {}, 5)]);
    incidents.judge('orders', 10, [point('a', 90, {}, 2)]);
    incidents.judge('orders', 20, [point('a', 85, {}, 8)]);
    const [{ impacts, since, last, severity, count }] = incidents.current as [(typeof incidents.current)[0]];
    const { time, value, deviation } = impacts.get('a')!;
    assert.deepEqual([since, last, severity, count], [0, 20, 90, 3]);
    assert.deepEqual([time, value, deviation], [10, 2, 4 + 7 + 1]);
  });

  it('begin when the detector says that it began', () => {
    const incidents = new Incidents(rules);
    const event = incidents.judge('orders', 100, [point('a', 80, { lag: 3 })]);
    assert.deepEqual([event!.incident.since, event!.incident.onset], [100, 70]);
  });

  it('have an id that depends on nothing but measure and beginning', () => {
    assert.equal(new Incidents(rules).judge('orders', 40, [point('a', 99)])!.incident.id, 'orders@40');
  });

  it('do not arise from what is suppressed', () => {
    const held = [point('a', 99, { isAnomaly: false, suppressed: 'calendar: sale' })];
    assert.equal(told(new Incidents(rules), held), '-');
  });

  it('go on as long as a series is as strange as it was told, but do not arise from that', () => {
    const going = [point('a', 90, { isNews: false, isAnomaly: false, suppressed: 'same-run' })];
    assert.equal(told(new Incidents(rules), going), '-');
    const incidents = new Incidents(rules);
    assert.equal(told(incidents, [point('a', 90)], going, going, going, []), 'open - - - -');
    assert.equal(incidents.current[0]!.last, 30);
  });

  it('do not arise when people have said that the like are not relevant', () => {
    const adjust = (severity: number, { size }: { size: number }) => (size === 1 ? severity / 2 : severity);
    const incidents = new Incidents({ ...rules, adjust });
    assert.equal(told(incidents, [point('a', 90)], [point('a', 90), point('b', 90)]), '- open');
  });

  it('do not arise from as many strange ones as come by chance among very many series', () => {
    const calm = Array.from({ length: 5000 }, (_, at) => point(`c${at}`, 1));
    assert.equal(told(new Incidents(rules), [point('a', 90), ...calm]), '-');
    assert.equal(told(new Incidents({ ...rules, jointly: false }), [point('a', 90), ...calm]), 'open');
    const strange = Array.from({ length: 300 }, (_, at) => point(`s${at}`, 90));
    assert.equal(told(new Incidents(rules), [...strange, ...calm]), 'open');
  });

  it('go on with the series that they impact, and take in no others that are strange by chance', () => {
    const calm = Array.from({ length: 5000 }, (_, at) => point(`c${at}`, 1));
    const strange = Array.from({ length: 300 }, (_, at) => point(`s${at}`, 90));
    const incidents = new Incidents(rules);
    incidents.judge('orders', 0, [...strange, ...calm]);
    incidents.judge('orders', 10, [...strange.slice(0, 20), point('other', 90), ...calm]);
    const [incident] = incidents.current;
    assert.equal(incident!.last, 10);
    assert.equal(incident!.impacts.has('other'), false);
  });

  it('forget a series, and end without a word when it was the only one', () => {
    const incidents = new Incidents(rules);
    incidents.judge('orders', 0, [point('a', 80), point('b', 80)]);
    incidents.forget('a');
    assert.deepEqual([...incidents.current[0]!.impacts.keys()], ['b']);
    incidents.forget('b');
    assert.deepEqual(incidents.current, []);
  });

  it('know for how long a series has no rows, where 0 is not usual', () => {
    for (const [lower, silent] of [
      [8, 3],
      [0, 0],
    ] as const) {
      const incidents = new Incidents(rules);
      const expected = { orders: { value: 9, lower, upper: 10 } };
      incidents.judge('orders', 0, [{ ...point('a', 90, { expected }, 0), silent: 3 }]);
      assert.equal(incidents.impactOn('orders', 'a')!.silent, silent);
      assert.equal(incidents.impactOn('orders', 'b'), undefined);
    }
  });

  describe('of a group', () => {
    const calm = ['a', 'b', 'c'].map((key) => point(key, 10));
    const name = 'country DE';
    const low = ['a', 'b'].map((key) => point(key, 10, {}, 5));
    const group = (off: number, severity = 90, points = low) => ({
      name,
      off,
      severity,
      points,
    });
    const strange = (off: number) => ({ strange: group(off), of: () => group(off) });
    const lasting = (off: number) => ({ strange: undefined, of: () => group(off, 40) });

    it('open although no series is strange by itself, and name those that are off with the group', () => {
      const incidents = new Incidents(rules);
      const event = incidents.judge('orders', 0, calm, strange(-12));
      assert.deepEqual([event!.state, event!.incident.severity], ['open', 90]);
      assert.deepEqual([...event!.incident.impacts.keys()], ['a', 'b']);
    });

    it('go on while the group is off at least half as far, to the same side', () => {
      for (const [off, goesOn] of [
        [-6, true],
        [-5.9, false],
        [8, false],
      ] as const) {
        const incidents = new Incidents({ ...rules, closeAfter: 1 });
        incidents.judge('orders', 0, calm, strange(-12));
        const event = incidents.judge('orders', 10, calm, lasting(off));
        assert.equal(event?.state, goesOn ? undefined : 'close', String(off));
      }
    });

    it('do not arise below the threshold, and by what people said are adjusted as others are', () => {
      const seen = { strange: group(-12, 60), of: () => undefined };
      assert.equal(new Incidents(rules).judge('orders', 0, calm, seen), undefined);
      const halved = new Incidents({ ...rules, adjust: (severity) => severity / 2 });
      assert.equal(halved.judge('orders', 0, calm, strange(-12)), undefined);
    });

    it('take in series that are strange by themselves', () => {
      const event = new Incidents(rules).judge('orders', 0, [...calm, point('d', 95)], strange(-12));
      assert.deepEqual([...event!.incident.impacts.keys()].sort(), ['a', 'b', 'd']);
    });
  });

  it('go on from what was saved', () => {
    const [before, after] = [new Incidents(rules), new Incidents(rules)];
    before.judge('orders', 0, [point('a', 80)]);
    const saved = before.takeChanges().map(([, incident]) => incident!);
    after.load(JSON.parse(JSON.stringify(saved)) as typeof saved);
    assert.deepEqual(before.takeChanges(), []);
    for (const next of [[point('a', 83)], [point('a', 90)], [], []]) {
      assert.deepEqual(
        JSON.stringify(after.judge('orders', 10, next)),
        JSON.stringify(before.judge('orders', 10, next)),
      );
    }
  });
});

describe('the severity of several series together', () => {
  for (const [strange, of, each, off, together] of [
    [1, 1, 80, 0, 80],
    [1, 1, 80, 100, 80],
    [1, 48, 80, 4, 38],
    [1, 1000, 80, 4, 5],
    [1, 50_000, 80, 4, 0],
    [1, 48, 80, 16, 80],
    [1, 1000, 80, 16, 55],
    [1, 50_000, 80, 16, 12.5],
    [1, 50_000, 80, Infinity, 80],
    [10, 10, 60, 0, 60],
    [10, 48, 80, 4, 63],
    [10, 1000, 80, 4, 30],
    [10, 1000, 80, 16, 80],
    [10, 50_000, 80, 16, 37.5],
    [100, 100, 80, 64, 100],
    [0, 100, 0, 0, 0],
  ] as const) {
    it(`is ${together} for ${strange} of ${of} at ${each}, ${off} usual deviations off`, () => {
      const all = Array.from({ length: strange }, () => ({ severity: each, off }));
      assert.equal(jointSeverity(all, of), together);
    });
  }

  it('is never less for one more that is strange', () => {
    const [a, b] = [
      { severity: 90, off: 5 },
      { severity: 71, off: 9 },
    ];
    assert.ok(jointSeverity([a, b], 50) >= jointSeverity([a], 50));
  });
});
