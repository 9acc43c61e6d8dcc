import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Node, NodeAPI, NodeDef, NodeInitializer } from 'node-red';
import helper from 'node-red-node-test-helper';
import { BlobFolder } from '../../lib/delivery/checkpoint/BlobFolder';
import { without } from '../../lib/records/without';
import { Random } from '../../lib/simulation/Random';
import { atOnce, goOn, unfinished, type Steps } from '../../lib/steps/Steps';
import metricsDetector from '../../nodes/metrics-detector';
import { MetricsDetector, type Outcome } from '../../nodes/metrics-detector/MetricsDetector';
import { settings } from '../../nodes/metrics-detector/settings';
import { tape, tapeOf, useCrashes } from '../helpers/checkpoints';
import { drawn, redeploy, touch } from '../helpers/deploys';
import { Bench, loggedErrors, type Received } from '../helpers/nodeRed';
import { until } from '../helpers/until';

interface Row {
  readonly time: number;
  readonly shop: string;
  readonly orders: number;
}

const begin = Date.UTC(2026, 0, 1);
const minute = 60_000;
/** Several slices. */
const shops = 320;
const config = {
  type: 'metrics-detector',
  measures: [{ name: 'orders', fn: 'SUM', field: 'orders' }],
  dimensions: ['shop'],
  size: 1,
  timeField: 'time',
  learnFor: 100,
};

/** The rows of an interval. A few shops stand out in some of them. */
function rowsOf(interval: number): Row[] {
  const random = new Random(interval + 1);
  return Array.from({ length: shops }, (_, shop) => {
    const isStrange = interval >= 105 && interval < 108 && shop < 20;
    const orders = Math.round(100 + 9 * random.next()) * (isStrange ? 9 : 1);
    return { time: begin + interval * minute, shop: `s${(shop * 37) % shops}`, orders };
  });
}

function rowsUntil(end: number, from = 0): Row[] {
  return Array.from({ length: end - from }, (_, at) => rowsOf(from + at)).flat();
}

type Told = Pick<Outcome, 'incidents' | 'points'>;

describe('metrics-detector with series for several slices', () => {
  const disk = useCrashes();
  let folder: string;
  before(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'slices-'))));
  after(() => rmSync(folder, { recursive: true }));

  const create = (place: string, node = 'node') =>
    new MetricsDetector(settings.parse(config), new BlobFolder(path.join(folder, place)), {
      sender: JSON.stringify([node, '']),
      events: { at: () => undefined },
    });
  const deploy = () => Bench.deploy(metricsDetector, config, { outputs: 2 });
  const pointsOf = (bench: Bench) => bench.outputs[1] as unknown as NonNullable<Outcome['points']>[];

  /** What the intervals of these rows bring when each is judged at a stretch. */
  function atAStretch(rows: readonly Row[], node?: string): readonly Told[] {
    const detector = create('stretch', node);
    const told: Told[] = [];
    const note = ({ incidents, points }: Outcome) => void told.push({ incidents, points });
    for (const record of rows) {
      const now = { wall: record.time, steady: record.time };
      atOnce(detector.take({ msg: {}, record, index: -1 }, now, note));
    }
    atOnce(detector.flush(note));
    detector.close();
    return told;
  }
  const withoutId = (message: Received) => without(message, '_msgid');

  it('says what it says when it judges at a stretch', async () => {
    const bench = await deploy();
    const expected = atAStretch(rowsUntil(110));
    for (let interval = 0; interval < 110; interval++) bench.send({ payload: rowsOf(interval) });
    bench.send({ flush: true });
    await bench.done(111);
    assert.deepEqual(
      bench.outputs[1]!.map(withoutId),
      expected.map(({ points }) => points),
    );
    const incidents = expected.flatMap((each) => each.incidents);
    assert.ok(incidents.length > 0);
    assert.deepEqual(bench.outputs[0]!.map(withoutId), incidents);
  });

  it('gives others a turn while it judges, closes what is flushed, and learns history', async () => {
    const bench = await deploy();
    const history = rowsUntil(5);
    for (const message of [
      { payload: history, train: true },
      { payload: rowsUntil(10, 5) },
      { flush: true },
    ]) {
      let turns = 0;
      let isDone = false;
      const count = () => void (isDone || (turns++, setImmediate(count)));
      const before = bench.completed.length;
      bench.send(message);
      count();
      await bench.done(before + 1);
      isDone = true;
      assert.ok(turns > (message.flush ? 1 : 5), `${turns} turns`);
    }
    assert.equal(pointsOf(bench).length, 5);
  });

  it('lets messages wait that come while it judges, and is done with them in their order', async () => {
    const bench = await deploy();
    bench.send(
      { payload: rowsOf(0), topic: 'first' },
      { payload: { time: begin + minute, shop: 's1', orders: 5 }, topic: 'closes it' },
      { payload: { time: begin, shop: 's1', orders: 5 }, topic: 'late' },
      { reset: true, topic: 's1' },
      { payload: { time: begin + minute, shop: 's2', orders: 7 }, topic: 'after' },
      { flush: true, topic: 'flush' },
    );
    await bench.done(6);
    assert.deepEqual(
      bench.completed.map(({ topic }) => topic),
      ['first', 'closes it', 'late', 's1', 'after', 'flush'],
    );
    const [first, late, second] = bench.outputs[1]!;
    assert.equal((first!.payload as unknown[]).length, shops);
    assert.equal((late!.late as { watermark: number }).watermark, begin + minute);
    const inSecond = second!.payload as { dimensions: { shop: string }; value: number }[];
    assert.deepEqual(
      inSecond.filter(({ value }) => value > 0).map(({ dimensions, value }) => [dimensions.shop, value]),
      [['s2', 7]],
    );
  });

  it('names the series that cannot be judged, and judges all others', async () => {
    const bench = await deploy();
    const most = Number.MAX_VALUE;
    const beyond = [310, 3].map((shop) => ({ time: begin, shop: `s${shop}`, orders: most }));
    bench.send({ payload: [...rowsOf(0), ...beyond, ...beyond] }, { flush: true });
    await bench.done(2);
    assert.deepEqual(bench.failures.map(({ msg }) => msg.topic).sort(), ['s3', 's310']);
    assert.equal(pointsOf(bench)[0]!.payload.length, shops - 2);
  });

  it('judges intervals in slices that the clock closes, before messages that come meanwhile', async () => {
    const bench = await Bench.deploy(metricsDetector, { ...config, idleTimeout: 1 }, { outputs: 2 });
    // Its end is a millisecond after the last of these rows.
    bench.send({ payload: rowsOf(0).map((row) => ({ ...row, time: begin + minute - 1 })) });
    await bench.received(1, 1);
    assert.equal(pointsOf(bench)[0]!.payload.length, shops);
    bench.send({ payload: rowsOf(0)[0], topic: 'late' });
    await bench.received(2, 1);
    assert.equal(bench.outputs[1]![1]!.topic, 'late');
  });

  for (const [name, goBack] of [
    ['goes back to what was saved', (detector: MetricsDetector) => detector.restore(new Map(), 1)],
    ['is closed', (detector: MetricsDetector) => detector.close()],
  ] as const) {
    it(`gives up what it is in the midst of when it ${name}, and tells nothing of it`, () => {
      const detector = create('back');
      const told: Outcome[] = [];
      const note = (outcome: Outcome) => void told.push(outcome);
      for (const record of rowsOf(0)) {
        atOnce(
          detector.take({ msg: {}, record, index: -1 }, { wall: record.time, steady: record.time }, note),
        );
      }
      const steps: Steps = detector.flush(note);
      assert.equal(goOn(steps, 300), unfinished);
      goBack(detector);
      atOnce(steps);
      assert.deepEqual(told, []);
      assert.equal(detector.load.series, 0);
    });
  }

  describe('behind a source that can be read again', () => {
    /** Makes of the number of an interval its rows. */
    const toRows: NodeInitializer = (RED: NodeAPI) => {
      RED.nodes.registerType('to-rows', function (this: Node, definition: NodeDef) {
        RED.nodes.createNode(this, definition);
        this.on('input', (msg, send, done) => {
          send({ ...msg, payload: rowsOf(msg.payload as number) });
          done();
        });
      });
    };
    const flow = [
      drawn('rows', 'to-rows', ['first']),
      { ...drawn('first', 'metrics-detector', []), ...config, wires: [['incidents'], ['points']] },
      drawn('incidents', 'helper'),
      drawn('points', 'helper'),
    ];
    /** By the start of their intervals, what was told in all lives. */
    const told = { points: new Map<number, unknown>(), incidents: new Map<string, unknown>() };
    const noteOnce = <K>(seen: Map<K, unknown>, key: K, what: unknown) => {
      // What is told again after a crash is the same.
      if (seen.has(key)) assert.deepEqual(what, seen.get(key));
      seen.set(key, what);
    };
    const start = async () => {
      await Bench.deploy([tape, toRows, metricsDetector], drawn('node', 'tape', ['rows']), {
        extra: flow,
      });
      listen('points', (message) =>
        noteOnce(told.points, (message.window as { start: number }).start, withoutId(message)),
      );
      listen('incidents', ({ incident, payload }) =>
        noteOnce(told.incidents, JSON.stringify(incident), payload),
      );
    };
    const listen = (id: string, take: (msg: Received) => void) =>
      helper.getNode(id).on('input', take as never);
    const points = (count: number) =>
      until(
        () => told.points.size >= count,
        () => `${count} intervals, are ${told.points.size}`,
      );
    let expected: readonly Told[];
    before(() => (expected = atAStretch(rowsUntil(111), 'first').slice(0, -1)));
    beforeEach(() => {
      told.points.clear();
      told.incidents.clear();
    });

    for (const [name, disturb] of [
      ['is killed', () => disk.die().then(start)],
      ['is deployed', () => redeploy(touch('first'))],
      ['goes back to its checkpoint', () => Promise.resolve(tapeOf().rewind())],
    ] as const) {
      it(`tells what it tells undisturbed when it ${name} in the midst`, async () => {
        await start();
        tapeOf().length = 111;
        for (const count of [20, 60, 106, 108]) {
          await points(count);
          await disturb();
        }
        await points(110);
        assert.deepEqual(
          [...told.points.values()],
          expected.map((each) => each.points),
        );
        assert.deepEqual(
          [...told.incidents.values()],
          expected.flatMap(({ incidents }) => incidents.map(({ payload }) => payload)),
        );
        assert.deepEqual(loggedErrors(), []);
      });
    }
  });
});
