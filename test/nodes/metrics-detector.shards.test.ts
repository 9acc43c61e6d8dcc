import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { BlobFolder } from '../../lib/delivery/checkpoint/BlobFolder';
import { StateTable } from '../../lib/delivery/checkpoint/StateTable';
import { MetricsDetector, type Outcome } from '../../nodes/metrics-detector/MetricsDetector';
import { atOnce } from '../../lib/steps/Steps';
import { settings } from '../../nodes/metrics-detector/settings';
import { shopHour, shopRows, type ShopRow, type Trouble } from '../helpers/shopRows';

const config = {
  measures: [{ name: 'orders', fn: 'SUM', field: 'orders' }],
  dimensions: ['country', 'platform'],
  size: 1,
  unit: 'h',
  timeField: 'time',
  missing: 'zero',
  learnFor: 100,
};
const [left, right] = ['DE', 'FR'] as const;
const trouble: Trouble = { from: 175, length: 8, country: left, orders: 0.1 };

describe('metrics-detector on shards that split and merge', () => {
  let folder: string;
  /** what each began with */
  let tables: Map<MetricsDetector, StateTable>;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'metrics-shards-'));
    tables = new Map();
  });
  afterEach(() => {
    for (const detector of tables.keys()) detector.close();
    rmSync(folder, { recursive: true });
  });

  /** The state of a shard; all read from one folder of models, as instances give them to each other. */
  function begin(shard: string, parents: readonly StateTable[] = [], takes?: (route: string) => boolean) {
    const scope = `shop/${shard}`;
    const partitions = () => new Map([[scope, { silence: undefined }]]);
    const around = { sender: scope, scope, partitions, events: { at: () => undefined } };
    const detector = new MetricsDetector(settings.parse(config), new BlobFolder(folder), around);
    const table = new StateTable();
    tables.set(detector, table);
    for (const parent of parents) table.inherit(parent, takes ?? (() => true));
    detector.restore(table.partsOf('node', 'metrics-detector').parts, detector.version);
    return detector;
  }

  /** What the next checkpoint leaves of a shard. */
  function saved(detector: MetricsDetector): StateTable {
    const table = tables.get(detector)!.copy();
    table.apply({ node: 'node', type: 'metrics-detector', version: 1, changes: detector.changes() });
    return table;
  }

  /** Rows of all countries, put by country. */
  function play(detector: MetricsDetector, shard: string, rows: readonly ShopRow[]): Outcome[] {
    const outcomes: Outcome[] = [];
    for (const record of rows) {
      const now = { wall: record.time, steady: record.time };
      const note = (outcome: Outcome) => void outcomes.push(outcome);
      atOnce(detector.advance(now, note));
      const kinesis = { stream: 'shop', shardId: shard, partitionKey: record.country };
      const item = { msg: { payload: record, kinesis }, record, index: -1 };
      atOnce(detector.take(item, now, note));
    }
    return outcomes;
  }

  const of = (country: string, rows: readonly ShopRow[]) => rows.filter((row) => row.country === country);
  const between = (from: number, until: number, rows = shopRows(210, [trouble])) =>
    rows.filter(
      ({ time, country }) =>
        time >= shopHour(from) && time < shopHour(until) && [left, right].some((one) => one === country),
    );
  const valuesOf = (outcomes: readonly Outcome[]) =>
    outcomes.flatMap(({ points }) =>
      (points?.payload ?? []).map(({ timestamp, dimensions, value, anomaly }) => [
        timestamp,
        ...Object.values(dimensions),
        value,
        anomaly.severity,
      ]),
    );
  /** What was told of the trouble, and not of what came before by chance. */
  const told = (outcomes: readonly Outcome[]) =>
    outcomes
      .flatMap(({ incidents }) => incidents)
      .filter(({ incident }) => incident.since >= shopHour(trouble.from));

  it('gives each child of a split the series of its own rows, in the middle of an interval, and no others', () => {
    const rows = between(0, 150);
    const more = between(150, 170);
    const some = rows.length - 2;
    const whole = begin('whole');
    play(whole, 'whole', rows);
    const expected = valuesOf(play(whole, 'whole', more));

    const parent = begin('parent');
    play(parent, 'parent', rows.slice(0, some));
    const table = saved(parent);
    const results = [left, right].map((country) => {
      const child = begin(`child-${country}`, [table], (route) => route === country);
      play(child, `child-${country}`, of(country, rows.slice(some)));
      return valuesOf(play(child, `child-${country}`, of(country, more)));
    });
    for (const [index, country] of [left, right].entries()) {
      assert.deepEqual(
        results[index],
        expected.filter((value) => value[1] === country),
      );
      assert.ok(results[index]!.length > 0);
    }
  });

  it('lets an incident go on in the child with the series that it impacts most, under its id', () => {
    const parent = begin('parent');
    const [opened] = told(play(parent, 'parent', between(0, 178)));
    assert.equal(opened!.incident.state, 'open');
    const table = saved(parent);
    const [here, there] = [left, right].map((country) => {
      const child = begin(`child-${country}`, [table], (route) => route === country);
      return told(play(child, `child-${country}`, of(country, between(178, 200))));
    });
    assert.deepEqual(there, []);
    assert.deepEqual(
      here!.filter(({ incident }) => incident.state === 'close').map(({ incident }) => incident.id),
      [opened!.incident.id],
    );
  });

  it('goes on with the series of both parents of a merge, and with the time of the one that was further', () => {
    const rows = between(0, 170);
    const whole = begin('whole');
    play(whole, 'whole', between(0, 150));
    const expected = valuesOf(play(whole, 'whole', between(150, 170)));

    const parents = [left, right].map((country) => {
      const parent = begin(country);
      play(parent, country, of(country, between(0, 150)));
      return saved(parent);
    });
    const child = begin('child', parents);
    assert.deepEqual(valuesOf(play(child, 'child', between(150, 170))), expected);
    const item = { msg: {}, record: rows[0]!, index: -1 };
    const now = { wall: shopHour(170), steady: shopHour(170) };
    const late = atOnce(child.take(item, now, () => undefined));
    assert.equal(typeof late, 'object');
  });

  it('adds up what waits of one combination in both parents, and saves the whole', () => {
    const rows = of(left, between(0, 3));
    const next = of(left, between(3, 4));
    const whole = begin('whole');
    play(
      whole,
      'whole',
      rows.flatMap((row) => [row, row]),
    );
    const expected = valuesOf(play(whole, 'whole', next));
    assert.equal(expected.length, 2);
    const parents = ['one', 'other'].map((shard) => {
      const parent = begin(shard);
      play(parent, shard, rows);
      return saved(parent);
    });
    const child = begin('child', parents);
    const again = begin('child', [saved(child)]);
    for (const detector of [child, again]) {
      assert.deepEqual(valuesOf(play(detector, 'child', next)), expected);
    }
  });

  it('makes one of the incidents of a measure in both parents, and closes the other, whatever comes between', () => {
    const both = shopRows(210, [trouble, { ...trouble, country: right }]);
    const parents = [left, right].map((country) => {
      const parent = begin(country);
      const opened = told(play(parent, country, of(country, between(0, 178, both))));
      return { table: saved(parent), id: opened[0]!.incident.id };
    });
    const child = begin(
      'child',
      parents.map(({ table }) => table),
    );
    const table = saved(child);
    const later = between(178, 200, both);
    for (const detector of [child, begin('child', [table])]) {
      const messages = told(play(detector, 'child', later)).map(({ incident }) => incident);
      assert.deepEqual([messages[0]!.id, messages[0]!.state], [parents[1]!.id, 'close']);
      const ends = messages.filter(({ state }) => state === 'close').map(({ id }) => id);
      assert.deepEqual(ends, [parents[1]!.id, parents[0]!.id]);
    }
  });

  it('knows in the merged shard what people said in both, also after the next checkpoint', () => {
    const both = shopRows(210, [trouble, { ...trouble, country: right }]);
    const parents = [left, right].map((country) => {
      const parent = begin(country);
      const [opened] = told(play(parent, country, of(country, between(0, 178, both))));
      parent.obey({ incident: opened!.incident.id, relevant: false } as never);
      return { table: saved(parent), id: opened!.incident.id };
    });
    const child = begin(
      'child',
      parents.map(({ table }) => table),
    );
    const again = begin('child', [saved(child)]);
    for (const detector of [child, again]) {
      const marks = detector.reviewed.filter(({ relevant }) => relevant === false).map(({ id }) => id);
      assert.deepEqual(marks.sort(), parents.map(({ id }) => id).sort());
    }
  });

  it('says of its messages which shard and partition key they come from', () => {
    const detector = begin('shard-1');
    const outcomes = play(detector, 'shard-1', between(0, 178));
    const [opened] = told(outcomes);
    assert.deepEqual(opened!.kinesis, { stream: 'shop', shardId: 'shard-1', partitionKey: left });
    const points = outcomes.at(-1)!.points!;
    assert.deepEqual(
      points.kinesis!.map(({ partitionKey }) => partitionKey),
      points.payload.map(({ dimensions }) => dimensions.country),
    );
  });
});
