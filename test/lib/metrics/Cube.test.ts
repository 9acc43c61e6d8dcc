import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LocalClock } from '../../../lib/detection/calendar/LocalClock';
import { atOnce } from '../../../lib/steps/Steps';
import { Cube, type CubeOptions } from '../../../lib/metrics/Cube';
import type { Interval, Taken } from '../../../lib/metrics/Interval';
import { KeptParts } from '../../helpers/KeptParts';

const minute = 60_000;
const hour = 60 * minute;
const t0 = Date.UTC(2026, 2, 28);

const options: CubeOptions = {
  measures: [
    { name: 'orders', fn: 'SUM', field: 'orders' },
    { name: 'price', fn: 'AVG', field: 'price' },
    { name: 'rows', fn: 'COUNT', field: '' },
    { name: 'priced', fn: 'COUNT', field: 'price' },
    { name: 'least', fn: 'MIN', field: 'price' },
    { name: 'most', fn: 'MAX', field: 'price' },
  ],
  dimensions: ['country'],
  filters: [],
  interval: hour,
  clock: LocalClock.in('UTC'),
  timeField: 'time',
  timeFormat: 'ms',
  offset: 0,
  idleTimeout: 60_000,
  maxAhead: 0,
  silence: 'skip',
  expiry: 3,
  retireAfter: 10,
  maxSeries: 100,
  maxOpen: 1000,
};

interface Row {
  readonly time: number;
  readonly country?: string;
  readonly orders?: number;
  readonly price?: number;
  readonly shop?: string;
}

describe('a cube', () => {
  /** Gives rows to a cube, as if each came at its own time. */
  function play(cube: Cube, rows: readonly Row[], train = false): { closed: Interval[]; taken: Taken[] } {
    const closed: Interval[] = [];
    const taken = rows.map((row) =>
      atOnce(
        cube.take(
          { msg: train ? { train } : {}, record: { country: 'DE', ...row }, index: -1 },
          { wall: row.time, steady: row.time },
          (key) => key !== 'XX',
          (interval) => void closed.push(interval),
        ),
      ),
    );
    return { closed, taken };
  }
  const flushed = (cube: Cube) => {
    const closed: Interval[] = [];
    atOnce(cube.flush((interval) => void closed.push(interval)));
    return closed;
  };
  const takeOne = (cube: Cube, row: object): Taken => {
    const item = { msg: {}, record: { time: t0, country: 'DE', ...row }, index: -1 };
    return atOnce(
      cube.take(
        item,
        { wall: t0, steady: t0 },
        () => true,
        () => undefined,
      ),
    );
  };
  const valuesIn = (intervals: readonly Interval[]) =>
    intervals.map(({ start, cells }) => [
      (start - t0) / hour,
      ...cells.map(({ key, values }) => [key, ...values]),
    ]);

  it('sums, averages, counts and finds the extremes of each combination, once its interval is over', () => {
    const { closed } = play(new Cube(options), [
      { time: t0, orders: 2, price: 10 },
      { time: t0 + hour - 1, orders: 3, price: 20 },
      { time: t0 + 5, country: 'AT', orders: 7, price: 1 },
      { time: t0 + 6, orders: 1 },
      { time: t0 + hour },
    ]);
    assert.deepEqual(valuesIn(closed), [[0, ['AT', 7, 1, 1, 1, 1, 1], ['DE', 6, 15, 3, 2, 10, 20]]]);
    assert.equal(closed[0]!.end, t0 + hour);
  });

  it('has no value of a measure that no row had', () => {
    const { closed } = play(new Cube(options), [{ time: t0 }, { time: t0 + hour }]);
    assert.deepEqual(valuesIn(closed), [[0, ['DE', NaN, NaN, 1, 0, NaN, NaN]]]);
  });

  it('counts and sums 0 where a series is silent, if so wanted, and gives it up after as many intervals', () => {
    const { closed } = play(new Cube({ ...options, silence: 'zero' }), [
      { time: t0, country: 'AT', orders: 1 },
      { time: t0 + 10 * hour },
    ]);
    const ofAustria = closed.map(({ start, cells }) => [(start - t0) / hour, cells[0]?.values.slice(0, 3)]);
    assert.deepEqual(ofAustria, [
      [0, [1, NaN, 1]],
      [1, [0, NaN, 0]],
      [2, [0, NaN, 0]],
      [3, [0, NaN, 0]],
    ]);
    assert.deepEqual(
      closed.map(({ cells }) => cells[0]!.silent),
      [0, 1, 2, 3],
    );
  });

  it('leaves all values missing where a series is silent, if so wanted, and what rows lack beside', () => {
    const { closed } = play(new Cube({ ...options, silence: 'missing' }), [
      { time: t0, price: 3 },
      { time: t0 + 2 * hour },
    ]);
    assert.deepEqual(valuesIn(closed), [
      [0, ['DE', NaN, 3, 1, 1, 3, 3]],
      [1, ['DE', NaN, NaN, NaN, NaN, NaN, NaN]],
    ]);
  });

  it('hands over the intervals of a long silence one by one', () => {
    const seen: number[] = [];
    const cube = new Cube({ ...options, silence: 'zero', expiry: 100 });
    play(cube, [{ time: t0 }, { time: t0, country: 'AT' }]);
    const record = { time: t0 + 50 * hour, country: 'DE' };
    atOnce(
      cube.take(
        { msg: {}, record, index: -1 },
        { wall: record.time, steady: record.time },
        () => true,
        ({ start }) => void seen.push(start),
      ),
    );
    assert.deepEqual(
      seen,
      Array.from({ length: 50 }, (_, at) => t0 + at * hour),
    );
  });

  for (const silence of ['zero', 'missing', 'skip'] as const) {
    it(`retires a combination without rows for long, and not one whose rows come again (${silence})`, () => {
      const rows = Array.from({ length: 30 }, (_, at) => ({ time: t0 + at * hour, country: 'AT' }));
      const others = [
        { time: t0, country: 'DE' },
        { time: t0, country: 'FR' },
        { time: t0 + 9 * hour, country: 'FR' },
      ];
      const all = [...rows, ...others].sort((a, b) => a.time - b.time);
      const { closed } = play(new Cube({ ...options, silence }), all);
      assert.deepEqual(
        closed.flatMap(({ end, retired }) => retired.map((key) => [key, (end - t0) / hour - 1])),
        [
          ['DE', 10],
          ['FR', 19],
        ],
      );
    });
  }

  it('waits for rows as long as the offset says; later ones are late', () => {
    const cube = new Cube({ ...options, offset: 10 * minute });
    const { closed, taken } = play(cube, [
      { time: t0, orders: 1 },
      { time: t0 + hour + 9 * minute, orders: 5 },
      { time: t0 + 1, orders: 2 },
      { time: t0 + hour + 10 * minute },
      { time: t0 + 2 },
    ]);
    assert.deepEqual(
      closed.map(({ cells }) => cells[0]!.values[0]),
      [3],
    );
    assert.deepEqual(taken.slice(0, 4), ['counted', 'counted', 'counted', 'counted']);
    assert.deepEqual(taken[4], { window: { start: t0, end: t0 + hour, key: 'DE' }, watermark: t0 + hour });
  });

  it('takes the days of a zone from midnight to midnight, also those of 23 and 25 hours', () => {
    for (const [zone, first, lengths] of [
      ['Europe/Berlin', Date.UTC(2026, 2, 27, 23), [24, 23, 24]],
      ['America/New_York', Date.UTC(2026, 9, 31, 4), [24, 25, 24]],
      ['Asia/Kolkata', Date.UTC(2026, 0, 1, 18, 30), [24, 24, 24]],
    ] as const) {
      const cube = new Cube({ ...options, interval: 24 * hour, clock: LocalClock.in(zone) });
      const rows = Array.from({ length: 75 }, (_, at) => ({ time: first + at * hour, orders: 1 }));
      const { closed } = play(cube, rows);
      assert.deepEqual(
        closed.map(({ start, end }) => (end - start) / hour),
        lengths,
        zone,
      );
      assert.deepEqual(
        closed.map(({ cells }) => cells[0]!.values[0]),
        lengths,
        zone,
      );
      assert.equal(closed[0]!.start, first, zone);
    }
  });

  it('counts rows only that pass every filter, each by one of its values', () => {
    const filters = [
      { dimension: 'country', values: ['DE', 'AT'] },
      { dimension: 'shop', values: ['1'] },
    ];
    const { taken } = play(new Cube({ ...options, filters }), [
      { time: t0, shop: '1' },
      { time: t0, country: 'AT', shop: '1' },
      { time: t0, country: 'FR', shop: '1' },
      { time: t0, shop: '2' },
    ]);
    assert.deepEqual(taken, ['counted', 'counted', 'filtered', 'filtered']);
  });

  it('counts no row that lacks what a filter names, and refuses one that has something else there', () => {
    const filters = [{ dimension: 'shop.id', values: ['1', '2'] }];
    const cube = new Cube({ ...options, filters });
    const rows = [{ shop: { id: 1 } }, { shop: { id: null } }, { shop: {} }, {}, { shop: { id: 3 } }];
    const taken = rows.map((row) => takeOne(cube, row));
    assert.deepEqual(taken, ['counted', 'filtered', 'filtered', 'filtered', 'filtered']);
    assert.throws(() => takeOne(cube, { shop: { id: [1] } }), /shop\.id must be text/);
  });

  it('leaves out rows of series that are not admitted', () => {
    const { taken, closed } = play(new Cube(options), [{ time: t0, country: 'XX' }, { time: t0 + hour }]);
    assert.deepEqual([taken[0], closed.length], ['refused', 0]);
  });

  it('calls intervals history up to the newest row that is', () => {
    const cube = new Cube(options);
    const history = play(cube, [{ time: t0 }, { time: t0 + 2 * hour }], true);
    const live = play(cube, [{ time: t0 + 2 * hour + 1 }, { time: t0 + 4 * hour }, { time: t0 + 5 * hour }]);
    assert.deepEqual(
      [...history.closed, ...live.closed].map(({ start, isHistory }) => [(start - t0) / hour, isHistory]),
      [
        [0, true],
        [2, true],
        [4, false],
      ],
    );
  });

  it('closes everything when it is flushed, and what comes for it then is late', () => {
    const cube = new Cube(options);
    play(cube, [{ time: t0, orders: 4 }]);
    assert.deepEqual(
      flushed(cube).map(({ cells }) => cells[0]!.values[0]),
      [4],
    );
    assert.equal(typeof play(cube, [{ time: t0 + 1 }]).taken[0], 'object');
    assert.deepEqual(flushed(cube), []);
  });

  it('forgets everything when it is reset, and takes rows of any time', () => {
    const cube = new Cube(options);
    play(cube, [{ time: t0 + 9 * hour }]);
    cube.reset();
    const { closed, taken } = play(cube, [{ time: t0, orders: 1 }, { time: t0 + hour }]);
    assert.equal(taken[0], 'counted');
    assert.equal(closed.length, 1);
  });

  it('tells times of a batch into order, and leaves those for last that have none', () => {
    const items = [3, 1, undefined, 2].map((time) => ({ msg: {}, record: { time }, index: -1 }));
    assert.deepEqual(
      new Cube(options).inOrder(items).map(({ record }) => (record as { time?: number }).time),
      [1, 2, 3, undefined],
    );
  });

  it('goes on as if it had not been stopped, wherever that happens', () => {
    const row = fc.record({
      time: fc.integer({ min: 0, max: 12 }).map((at) => t0 + at * 20 * minute),
      country: fc.constantFrom('DE', 'AT', 'FR'),
      orders: fc.integer({ min: -3, max: 9 }),
    });
    const silences = fc.constantFrom<CubeOptions['silence']>('zero', 'missing', 'skip');
    fc.assert(
      fc.property(fc.array(row, { maxLength: 30 }), fc.nat(30), silences, (rows, stop, silence) => {
        const settings = { ...options, silence, expiry: 2, retireAfter: 3, offset: 15 * minute };
        const whole = new Cube(settings);
        const expected = play(whole, rows);
        const before = new Cube(settings);
        const first = play(before, rows.slice(0, stop));
        const kept = new KeptParts();
        kept.take({ version: 1, changes: () => before.changes(), restore: () => undefined });
        const after = new Cube(settings);
        after.restore(kept.parts);
        const second = play(after, rows.slice(stop));
        assert.deepEqual([...first.closed, ...second.closed], expected.closed);
        assert.deepEqual([...first.taken, ...second.taken], expected.taken);
        assert.deepEqual(flushed(after), flushed(whole));
      }),
      { numRuns: 100 },
    );
  });

  it('says which saved part is damaged', () => {
    const cube = new Cube(options);
    play(cube, [{ time: t0, orders: 4 }]);
    const kept = new KeptParts();
    kept.take({ version: 1, changes: () => cube.changes(), restore: () => undefined });
    const parts = kept.parts;
    parts.get('cell DE')!.base![3]! ^= 1;
    assert.throws(
      () => new Cube(options).restore(parts),
      /the saved part "cell DE" cannot be used: it is damaged/,
    );
  });
});
