import assert from 'node:assert/strict';
import { gunzipSync } from 'node:zlib';
import streamSimulator from '../../nodes/stream-simulator';
import { settings } from '../../nodes/stream-simulator/settings';
import { StreamSimulator, type Progress } from '../../nodes/stream-simulator/StreamSimulator';
import type { Message } from '../../lib/records/messageProperty';
import { itRefuses } from '../helpers/itRefuses';
import { Bench, useNodeRed } from '../helpers/nodeRed';

const startTime = '2026-01-01T00:00:00Z';
const start = Date.parse(startTime);

describe('stream-simulator', () => {
  describe('behaviour', () => {
    /** A simulator whose time the test moves. */
    function simulator(config: object = {}) {
      const sent: Message[] = [];
      const progress: Progress[] = [];
      let time = 0;
      let wallClock = Date.parse('2026-06-01T12:00:00Z');
      let pending: { at: number; run: () => void } | undefined;
      const node = new StreamSimulator(
        settings.parse(config),
        { send: (msg) => sent.push(msg), progress: (step) => progress.push(step) },
        {
          now: () => time,
          after: (milliseconds, run) => {
            const timer = { at: time + milliseconds, run };
            pending = timer;
            return () => void (pending = pending === timer ? undefined : pending);
          },
        },
        () => wallClock,
      );
      const pass = (milliseconds: number) => {
        const end = time + milliseconds;
        while (pending && pending.at <= end) {
          const { at, run } = pending;
          pending = undefined;
          wallClock += at - time;
          time = at;
          run();
        }
        wallClock += end - time;
        time = end;
      };
      const state = () => progress.at(-1)!.state;
      return { node, sent, pass, state, now: () => wallClock };
    }

    const passesOf = (sent: Message[]) => sent.map(({ label }) => (label as { pass: number }).pass);

    it('stamps records with the time of the clock in real time', () => {
      const { node, sent, pass, now } = simulator({ clickRate: 0, anomalies: [] });
      const begun = now();
      node.start();
      pass(1000);
      assert.deepEqual(
        sent.map(({ timestamp }) => Number(timestamp) - begun),
        [0, 200, 400, 600, 800, 1000],
      );
    });

    it('passes virtual time from the set date at the set speed', () => {
      const { node, sent, pass } = simulator({ startTime, speed: '60', pace: '2', clickRate: 0 });
      node.start();
      pass(1000);
      assert.equal(sent.length, 121);
      assert.deepEqual([sent[0]!.timestamp, sent.at(-1)!.timestamp], [start, start + 60_000]);
    });

    it('stops, stands still, and goes on without losing or repeating a record', () => {
      const { node, sent, pass, state } = simulator({ startTime, clickRate: 0 });
      node.command({ payload: 'start' });
      pass(500);
      node.command({ payload: false });
      assert.equal(state(), 'stopped');
      pass(10_000);
      assert.deepEqual(passesOf(sent), [0, 1, 2]);
      node.command({ payload: true });
      pass(500);
      assert.equal(state(), 'running');
      assert.deepEqual(passesOf(sent), [0, 1, 2, 3, 4, 5]);
      assert.equal(sent.at(-1)!.timestamp, start + 1000);
    });

    it('goes back to the same first records on reset, running or not as before', () => {
      const { node, sent, pass, state } = simulator({ startTime });
      node.start();
      pass(5000);
      const first = sent.splice(0);
      node.command({ reset: true });
      assert.equal(state(), 'running');
      pass(5000);
      assert.deepEqual(sent.splice(0), first);
      node.command({ payload: 'stop' });
      node.command({ reset: true, topic: 'clickstream' });
      assert.equal(state(), 'waiting');
      pass(5000);
      assert.deepEqual(sent, []);
      node.start();
      pass(5000);
      assert.deepEqual(sent, first);
    });

    it('takes no reset that is meant for another series', () => {
      const { node, sent, pass } = simulator({ clickRate: 0 });
      node.start();
      pass(200);
      node.command({ reset: true, topic: 'another' });
      pass(200);
      assert.deepEqual(passesOf(sent), [0, 1, 2]);
    });

    it('consumes what tells nodes down the flow to flush or to train', () => {
      const { node, sent, state } = simulator();
      node.command({ flush: true });
      node.command({ train: true, payload: { ctr: 1 } });
      assert.deepEqual([sent, state()], [[], 'waiting']);
    });

    it('finishes after its passes and begins again when told to', () => {
      const { node, sent, pass, state } = simulator({ startTime, passes: 3, clickRate: 0, speed: 0 });
      node.start();
      pass(10);
      assert.deepEqual([passesOf(sent), state()], [[0, 1, 2], 'finished']);
      node.start();
      pass(10);
      assert.deepEqual([passesOf(sent), state()], [[0, 1, 2, 0, 1, 2], 'finished']);
    });

    it('repeats when set to, with time that goes on', () => {
      const { node, sent, pass } = simulator({ startTime, passes: 2, repeat: true, clickRate: 0 });
      node.start();
      pass(1000);
      assert.deepEqual(passesOf(sent), [0, 1, 0, 1, 0, 1]);
      assert.deepEqual(
        sent.map(({ timestamp }) => Number(timestamp) - start),
        [0, 200, 400, 600, 800, 1000],
      );
    });

    it('sends in batches exactly the records and labels that it would send one by one', () => {
      const config = { startTime, speed: 100, passes: 200, anomalies: [{ from: 50, length: 9, value: 1 }] };
      const single = simulator(config);
      const batch = simulator({ ...config, emit: 'batch' });
      for (const { node, pass } of [single, batch]) {
        node.start();
        pass(1000);
      }
      assert.ok(batch.sent.length < single.sent.length / 2, `${batch.sent.length} batches`);
      assert.deepEqual(
        batch.sent.flatMap(({ payload }) => payload),
        single.sent.map(({ payload }) => payload),
      );
      assert.deepEqual(
        batch.sent.flatMap(({ label }) => label),
        single.sent.map(({ label }) => label),
      );
      assert.equal(batch.sent.at(-1)!.timestamp, single.sent.at(-1)!.timestamp);
    });
  });

  describe('in Node-RED', () => {
    useNodeRed();

    const deploy = (config: object = {}) =>
      Bench.deploy(streamSimulator, { type: 'stream-simulator', ...config });
    const brief = { startTime, passes: 20, speed: 0, anomalies: [] };

    it('starts when deployed, without losing the first record', async () => {
      const bench = await deploy({ ...brief, clickRate: 0 });
      const [first] = await bench.received(20);
      assert.deepEqual(first!.payload, {
        browseraction: 'Impression',
        site: 'www.example.com',
        timestamp: start,
      });
      assert.equal(first!.topic, 'clickstream');
      assert.equal(first!.timestamp, start);
      assert.deepEqual(first!.label, {
        anomaly: false,
        kind: 'normal',
        pass: 0,
        round: 0,
        target: 'www.example.com',
      });
    });

    it('takes defaults for settings that the flow leaves out', async () => {
      const begun = Date.now();
      const bench = await deploy();
      const [first] = await bench.received(2);
      assert.equal((first!.payload as { browseraction: string }).browseraction, 'Impression');
      assert.ok(Number(first!.timestamp) >= begun);
    });

    it('waits for a message when set to', async () => {
      const bench = await deploy({ ...brief, start: 'message', clickRate: 0 });
      bench.send({ payload: 'stop' });
      await bench.done(1);
      assert.equal(bench.outputs[0]!.length, 0);
      bench.send({ payload: 'start' });
      await bench.received(20);
      await bench.done(2);
    });

    it('sends flow logs as compressed buffers', async () => {
      const bench = await deploy({ ...brief, scenario: 'vpc-flow-logs', passes: 1, corruptRate: 0 });
      const messages = await bench.received(5);
      const types = messages.map(
        ({ payload }) =>
          (JSON.parse(gunzipSync(payload as Buffer).toString()) as { messageType: string }).messageType,
      );
      assert.deepEqual(types, ['CONTROL_MESSAGE', ...Array.from({ length: 4 }, () => 'DATA_MESSAGE')]);
      assert.equal(messages[1]!.topic, 'vpc-flow-logs');
    });

    it('sends nothing more once it is closed', async () => {
      const bench = await deploy({ pace: 1000 });
      await bench.received(5);
      await (bench.node as unknown as { close(removed: boolean): Promise<void> }).close(false);
      // What was sent before still travels.
      await new Promise((resolve) => setTimeout(resolve, 50));
      const sent = bench.outputs[0]!.length;
      await new Promise((resolve) => setTimeout(resolve, 100));
      assert.equal(bench.outputs[0]!.length, sent);
    });

    describe('bad input', () => {
      const circular: Record<string, unknown> = {};
      circular.self = circular;
      const bad: Record<string, object> = {
        'nothing at all': {},
        'another word': { payload: 'begin' },
        'a number': { payload: 1 },
        NaN: { payload: NaN },
        'a circular object': { payload: circular },
        'an empty batch': { payload: [] },
        'binary garbage': { payload: Buffer.from([0xff, 0, 1]) },
        'huge text': { payload: 'x'.repeat(1e6) },
      };
      for (const [what, message] of Object.entries(bad)) {
        it(`reports ${what} by node and field, and takes the next message`, async () => {
          const bench = await deploy({ ...brief, start: 'message', clickRate: 0 });
          bench.send(message, { payload: 'start' });
          const [failure] = await bench.failed(1);
          assert.match(
            failure!.message,
            /^stream-simulator: payload must be true or "start", false or "stop", got .{1,80}$/,
          );
          await bench.received(20);
          await bench.done(1);
        });
      }

      const wrong: [object, RegExp][] = [
        [{ scenario: 'weather' }, /setting "scenario" must be one of clickstream, vpc-flow-logs, shop/],
        [{ start: 'later' }, /setting "start" must be one of deploy, message, got "later"/],
        [{ speed: -1 }, /setting "speed" must be a number from 0 to 1000000, got -1/],
        [{ startTime: 'tomorrow' }, /setting "startTime" must be a date and time with zone/],
        [{ startTime: '2026-01-31T08:00:00' }, /setting "startTime" must be a date and time with zone/],
        [{ startTime: '2026-13-31T08:00:00Z' }, /setting "startTime" must be a date and time with zone/],
        [{ passes: 0 }, /setting "passes" must be a whole number from 1/],
        [{ repeat: 'often' }, /setting "repeat" must be true or false, got "often"/],
        [{ seed: 1.5 }, /setting "seed" must be a whole number from 0/],
        [{ emit: 'all' }, /setting "emit" must be one of record, batch/],
        [{ pace: 0 }, /setting "pace" must be a number from 0\.001/],
        [{ clickRate: 2 }, /setting "clickRate" must be a number from 0 to 1, got 2/],
        [{ sites: [] }, /setting "sites" must have 1 to 1000 entries, got 0/],
        [{ interfaces: ['eni 1'] }, /setting "interfaces\[0\]" must be an id without blanks, got "eni 1"/],
        [{ corruptRate: '2 %' }, /setting "corruptRate" must be a number from 0 to 1, got "2 %"/],
        [{ extractedFields: 1 }, /setting "extractedFields" must be true or false, got 1/],
        [{ anomalies: 'many' }, /setting "anomalies\[0\]" must be an object, got "many"/],
        [{ anomalies: [{ length: 0 }] }, /setting "anomalies\[0\]\.length" must be a whole number from 1/],
        [{ anomalies: [{ value: 2 }] }, /setting "anomalies\[0\]\.value" must be a number from 0 to 1/],
      ];
      itRefuses(wrong, (config) => deploy({ ...brief, ...config }), { payload: 'start' });
    });
  });
});
