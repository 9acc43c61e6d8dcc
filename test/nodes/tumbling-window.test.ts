import assert from 'node:assert/strict';
import tumblingWindow from '../../nodes/tumbling-window';
import { itRefuses } from '../helpers/itRefuses';
import { Bench, useNodeRed, type Received } from '../helpers/nodeRed';

/** a whole minute, and so the start of a window of any size up to that */
const t0 = Date.UTC(2026, 0, 1);

const clickAggregates = [
  { name: 'clicks', fn: 'count', where: [{ field: 'browseraction', op: '==', value: 'Click' }] },
  { name: 'impressions', fn: 'count', where: [{ field: 'browseraction', op: '==', value: 'Impression' }] },
];
const ctr = [{ name: 'ctr', expression: 'clicks / impressions * 100' }];

describe('tumbling-window', () => {
  useNodeRed();

  const deploy = (config: object = {}) =>
    Bench.deploy(tumblingWindow, { type: 'tumbling-window', ...config }, { outputs: 2 });
  const byEvent = (config: object = {}) => deploy({ timeSource: 'event', ...config });
  const at = (seconds: number, payload: unknown = { v: 1 }, more: object = {}) => ({
    payload,
    timestamp: t0 + seconds * 1000,
    ...more,
  });
  const spans = (messages: Received[]) =>
    messages.map(({ window }) => {
      const { start, end, key, count } = window as { start: number; end: number; key: string; count: number };
      return [key, (start - t0) / 1000, (end - t0) / 1000, count];
    });

  describe('a window', () => {
    it('carries key, aggregates and derived values, and says what it is', async () => {
      const bench = await byEvent({ keyFields: ['site'], aggregates: clickAggregates, derived: ctr });
      const visit = (second: number, browseraction: string) => at(second, { site: 'shop', browseraction });
      bench.send(visit(0, 'Impression'), visit(3, 'Click'), visit(9.999, 'Impression'), visit(10, 'Click'));
      const [message] = await bench.received(1);
      assert.deepEqual(message!.payload, { site: 'shop', clicks: 1, impressions: 2, ctr: 50 });
      assert.equal(message!.topic, 'shop');
      assert.equal(message!.timestamp, t0 + 10_000);
      assert.deepEqual(message!.window, {
        start: t0,
        end: t0 + 10_000,
        key: 'shop',
        count: 3,
        filled: false,
        partial: false,
      });
      await bench.done(4);
    });

    it('counts records in windows of ten seconds when the flow leaves everything else out', async () => {
      const bench = await byEvent();
      bench.send(at(0), at(1), at(10));
      const [message] = await bench.received(1);
      assert.deepEqual(message!.payload, { count: 2 });
      assert.equal(message!.topic, '');
    });

    it('is scored as 0 % when it has impressions and no click', async () => {
      const bench = await byEvent({ aggregates: clickAggregates, derived: ctr });
      bench.send(at(0, { browseraction: 'Impression' }), at(10));
      assert.deepEqual((await bench.received(1))[0]!.payload, { clicks: 0, impressions: 1, ctr: 0 });
    });

    for (const [unit, size, milliseconds] of [
      ['ms', 500, 500],
      ['s', 1, 1000],
      ['m', '5', 300_000],
      ['h', 1, 3_600_000],
      ['d', 1, 86_400_000],
    ] as const) {
      it(`is aligned to the epoch: ${size} ${unit}`, async () => {
        const bench = await byEvent({ size, unit });
        const time = t0 + 12_345;
        bench.send({ payload: 1, timestamp: time }, { payload: 1, timestamp: time + milliseconds });
        const { window } = (await bench.received(1))[0]!;
        const start = Math.floor(time / milliseconds) * milliseconds;
        assert.deepEqual(
          [(window as { start: number }).start, (window as { end: number }).end],
          [start, start + milliseconds],
        );
      });
    }
  });

  describe('by event time', () => {
    it('waits for records that come out of order within the allowed lateness', async () => {
      const bench = await byEvent({ lateness: 5000 });
      bench.send(at(8), at(14), at(2), at(15));
      assert.deepEqual(spans(await bench.received(1)), [['', 0, 10, 2]]);
      assert.equal(bench.outputs[1]!.length, 0);
    });

    it('sends a record whose window has closed to output 2, unchanged, with the reason', async () => {
      const bench = await byEvent({ lateness: 5000, keyFields: ['site'] });
      bench.send(at(8, { site: 'a' }), at(15, { site: 'b' }), at(9, { site: 'a' }, { note: 'kept' }));
      const [late] = await bench.received(1, 1);
      assert.deepEqual([late!.payload, late!.note, late!.timestamp], [{ site: 'a' }, 'kept', t0 + 9000]);
      assert.deepEqual(late!.late, {
        window: { start: t0, end: t0 + 10_000, key: 'a' },
        watermark: t0 + 10_000,
      });
      assert.deepEqual(spans(await bench.received(1)), [['a', 0, 10, 1]]);
      await bench.done(3);
    });

    it('emits windows by end and then by key', async () => {
      const bench = await byEvent({ lateness: 20_000 });
      bench.send(...['b', 'a'].flatMap((topic) => [at(11, 1, { topic }), at(1, 1, { topic })]), at(60));
      assert.deepEqual(
        spans(await bench.received(4)).map(([key, start]) => [key, start]),
        [
          ['a', 0],
          ['b', 0],
          ['a', 10],
          ['b', 10],
        ],
      );
    });

    const seconds = t0 / 1000;
    for (const [what, time, timeFormat] of [
      ['epoch seconds', seconds, 'auto'],
      ['epoch milliseconds', t0, 'auto'],
      ['numeric text', String(seconds), 'auto'],
      ['ISO text', '2026-01-01T00:00:00.000Z', 'auto'],
      ['ISO text without a zone', '2026-01-01 00:00:00', 'iso'],
      ['a date', new Date(t0), 'auto'],
      ['seconds, by the setting', seconds, 's'],
      ['milliseconds, by the setting', t0, 'ms'],
    ] as const) {
      it(`reads the time field as ${what}`, async () => {
        const bench = await byEvent({ timeField: 'when.at', timeFormat });
        bench.send({ payload: { when: { at: time } }, timestamp: 5 }, { flush: true });
        assert.equal(((await bench.received(1))[0]!.window as { start: number }).start, t0);
      });
    }

    it("takes a batch's times from its records", async () => {
      const bench = await byEvent();
      bench.send({ payload: [1, 9, 12].map((second) => ({ timestamp: t0 + second * 1000 })) });
      assert.deepEqual(spans(await bench.received(1)), [['', 0, 10, 2]]);
    });

    it('closes the last windows of a source that has fallen silent', async () => {
      const bench = await byEvent({ size: 200, unit: 'ms', idleTimeout: 50 });
      bench.send(at(0), at(0.1));
      assert.deepEqual(spans(await bench.received(1)), [['', 0, 0.2, 2]]);
    });

    it('refuses a time far in the future and goes on as if it had not come', async () => {
      const bench = await byEvent({ timeField: 't' });
      const future = Date.UTC(2500, 0, 1);
      bench.send({ payload: { t: t0 } }, { payload: { t: future } }, { payload: { t: t0 + 10_000 } });
      assert.match(
        (await bench.failed(1))[0]!.message,
        /^tumbling-window: t must be at most 3600000 ms ahead .*, got 16725/,
      );
      assert.deepEqual(spans(await bench.received(1)), [['', 0, 10, 1]]);
    });
  });

  describe('by arrival', () => {
    it('closes a window at its end though no message comes', async () => {
      const bench = await deploy({ size: 100, unit: 'ms', aggregates: [{ name: 'total', fn: 'sum' }] });
      bench.send({ payload: 2.5 });
      assert.deepEqual((await bench.received(1))[0]!.payload, { total: 2.5 });
    });

    it('counts by the clock, whatever time the records carry', async () => {
      const bench = await deploy({ size: 100, unit: 'ms' });
      const before = Date.now();
      bench.send(at(0), at(-1e6));
      const messages = await bench.received(1);
      await bench.until(() => sumOfCounts(bench.outputs[0]!) === 2);
      assert.ok((messages[0]!.window as { end: number }).end > before);
      assert.equal(bench.outputs[1]!.length, 0);
    });

    it('fills windows of a live key with zeros while nothing comes, until the key expires', async () => {
      const bench = await deploy({
        size: 50,
        unit: 'ms',
        fill: 'zero',
        keyExpiry: 3,
        aggregates: [
          { name: 'n', fn: 'count' },
          { name: 'average', fn: 'mean', field: 'v' },
        ],
        derived: [{ name: 'share', expression: 'average / n' }],
      });
      bench.send({ payload: { v: 4 }, topic: 'k' });
      const messages = await bench.received(4);
      assert.deepEqual(messages.map(({ payload }) => payload).slice(0, 4), [
        { n: 1, average: 4, share: 4 },
        { n: 0 },
        { n: 0 },
        { n: 0 },
      ]);
      assert.deepEqual(
        messages.map(({ window }) => (window as { filled: boolean }).filled),
        [false, true, true, true],
      );
      // A window of another key, closed later, shows that no fifth came.
      bench.send({ payload: { v: 1 }, topic: 'other' });
      await bench.received(5);
      assert.equal(bench.outputs[0]![4]!.topic, 'other');
    });
  });

  describe('control messages', () => {
    it('flush closes what is open and counts no record twice', async () => {
      const bench = await byEvent();
      bench.send(at(0), at(1), { flush: true }, at(2), at(10), { flush: true });
      const messages = await bench.received(3);
      assert.deepEqual(spans(messages), [
        ['', 0, 10, 2],
        ['', 0, 10, 1],
        ['', 10, 20, 1],
      ]);
      assert.deepEqual(
        messages.map(({ window }) => (window as { partial: boolean }).partial),
        [true, true, true],
      );
      await bench.done(6);
    });

    it('flush and reset take only the key that msg.topic names', async () => {
      const bench = await byEvent();
      const each = (second: number) => ['a', 'b', 'c'].map((topic) => at(second, 1, { topic }));
      bench.send(
        ...each(0),
        { flush: true, topic: 'a' },
        { reset: true, topic: 'b' },
        at(10, 1, { topic: 'c' }),
      );
      assert.deepEqual(spans(await bench.received(2)), [
        ['a', 0, 10, 1],
        ['c', 0, 10, 1],
      ]);
    });

    it('reset forgets all windows and how far time had come', async () => {
      const bench = await byEvent();
      bench.send(at(100), { reset: true }, at(0), at(10));
      assert.deepEqual(spans(await bench.received(1)), [['', 0, 10, 1]]);
      assert.equal(bench.outputs[1]!.length, 0);
    });
  });

  it('gives for a batch what its records would give one by one', async () => {
    const records = Array.from({ length: 60 }, (_, i) => ({
      site: `s${i % 3}`,
      v: (i * 37) % 11,
      timestamp: t0 + ((i * 7919) % 45) * 1000,
    }));
    const config = {
      lateness: 15_000,
      keyFields: ['site'],
      fill: 'zero',
      aggregates: [{ name: 'p50', fn: 'percentile', field: 'v', p: 50 }],
    };
    const bench = await byEvent(config);
    const plain = ({ payload, window, topic }: Received) => ({ payload, window, topic });
    bench.send(...records.map((payload) => ({ payload })), { flush: true }, { reset: true });
    await bench.done(62);
    const [closed, late] = [bench.outputs[0]!.splice(0), bench.outputs[1]!.splice(0)];
    assert.ok(closed.length > 5 && late.length > 1);
    bench.send({ payload: records }, { flush: true });
    await bench.done(64);
    assert.deepEqual(bench.outputs[0]!.map(plain), closed.map(plain));
    const [batch] = bench.outputs[1]!;
    assert.deepEqual(
      [batch!.payload, batch!.late],
      [late.map(({ payload }) => payload), late.map((message) => message.late)],
    );
  });

  it('sends with late records what was said about them beside the batch', async () => {
    const bench = await byEvent();
    bench.send(at(0, 1), at(10, 1));
    const payload = [{ timestamp: t0 + 12_000 }, { timestamp: t0 }, { timestamp: t0 + 1000 }];
    bench.send({ payload, kinesis: ['a', 'b', 'c'] });
    assert.deepEqual((await bench.received(1, 1))[0]!.kinesis, ['b', 'c']);
  });

  describe('bad input', () => {
    const numeric = {
      keyFields: ['k'],
      aggregates: [{ name: 'total', fn: 'sum', field: 'v' }],
      timeField: 't',
    };
    const good = (second: number) => ({ payload: { k: 'a', v: 2, t: t0 + second * 1000 } });
    const circular: Record<string, unknown> = { k: 'a', t: t0 };
    circular.v = circular;
    const bad: [string, unknown, string][] = [
      ['no payload', undefined, 'payload'],
      ['null', null, 'payload'],
      ['binary garbage', Buffer.from([0, 255, 3]), 'payload'],
      ['an empty object', {}, 't'],
      ['text for an object', 'garbage', 't'],
      ['no time', { k: 'a', v: 1 }, 't'],
      ['a time that is no time', { k: 'a', v: 1, t: 'soon' }, 't'],
      ['a time that is NaN', { k: 'a', v: 1, t: NaN }, 't'],
      ['a time that is huge', { k: 'a', v: 1, t: 1e300 }, 't'],
      ['no key', { v: 1, t: t0 }, 'k'],
      ['an object for a key', { k: {}, v: 1, t: t0 }, 'k'],
      ['text for a number', { k: 'a', v: 'much', t: t0 }, 'v'],
      ['NaN for a number', { k: 'a', v: NaN, t: t0 }, 'v'],
      ['a circular value', circular, 'v'],
    ];
    for (const [what, payload, field] of bad) {
      it(`reports ${what} by node and field, and counts the records around it`, async () => {
        const bench = await byEvent(numeric);
        bench.send(good(0), { payload }, good(1), good(10));
        assert.match(
          (await bench.failed(1))[0]!.message,
          new RegExp(`^tumbling-window: ${field} must be .*, got `),
        );
        assert.deepEqual((await bench.received(1))[0]!.payload, { k: 'a', total: 4 });
      });
    }

    it('reports the bad records of a batch alone', async () => {
      const bench = await byEvent(numeric);
      bench.send({ payload: [good(0).payload, null, {}, good(10).payload] });
      assert.deepEqual((await bench.received(1))[0]!.payload, { k: 'a', total: 2 });
      assert.deepEqual(
        (await bench.failed(2)).map(({ msg }) => msg.payload),
        [null, {}],
      );
    });

    it('leaves no aggregate half updated by a record that one of them refuses', async () => {
      const bench = await byEvent({
        aggregates: [
          { name: 'n', fn: 'count' },
          { name: 'total', fn: 'sum', field: 'v' },
        ],
      });
      bench.send(at(0, { v: 1 }), at(1, { v: 'x' }), at(10));
      const [message] = await bench.received(1);
      assert.deepEqual(message!.payload, { n: 1, total: 1 });
      assert.equal((message!.window as { count: number }).count, 1);
    });

    it('refuses keys beyond the limit, keeps those it has, and takes new ones once windows have closed', async () => {
      const bench = await byEvent({ maxKeys: 10 });
      for (let key = 0; key < 10_000; key++) bench.send(at(0, 1, { topic: `key ${key}` }));
      await bench.failed(9990);
      assert.match(
        bench.failures[0]!.message,
        /^tumbling-window: key must be one of the 10 keys .* \(maxKeys\), got "key 10"/,
      );
      bench.send(at(10, 1, { topic: 'key 0' }), at(11, 1, { topic: 'new' }), { flush: true });
      assert.deepEqual(spans(await bench.received(12)).slice(10), [
        ['key 0', 10, 20, 1],
        ['new', 10, 20, 1],
      ]);
    });

    it('makes room for the keys of a window by closing the one before', async () => {
      const bench = await byEvent({ maxKeys: 2 });
      const keys = ['a', 'b', 'c', 'd'];
      bench.send(...keys.map((topic, index) => at(index < 2 ? 5 : 15, 1, { topic })), { flush: true });
      assert.deepEqual(spans(await bench.received(4)), [
        ['a', 0, 10, 1],
        ['b', 0, 10, 1],
        ['c', 10, 20, 1],
        ['d', 10, 20, 1],
      ]);
      assert.deepEqual(bench.failures, []);
    });

    const wrong: [object, RegExp][] = [
      [{ size: 0 }, /setting "size" must be a whole number from 1/],
      [{ size: 400, unit: 'd' }, /setting "size" must be a whole number from 1 to 366, got 400/],
      [{ unit: 'week' }, /setting "unit" must be one of ms, s, m, h, d, got "week"/],
      [{ timeSource: 'ingest' }, /setting "timeSource" must be one of arrival, event/],
      [{ aggregates: [] }, /setting "aggregates" must have 1 to 100 entries/],
      [{ aggregates: [{ name: 'a b' }] }, /setting "aggregates\[0\]\.name" must be a name/],
      [{ aggregates: [{ name: '__proto__' }] }, /setting "aggregates\[0\]\.name" must be a name/],
      [{ aggregates: [{ name: 'a', fn: 'avg' }] }, /setting "aggregates\[0\]\.fn" must be one of/],
      [
        { aggregates: [{ name: 'a', fn: 'percentile', p: 101 }] },
        /"aggregates\[0\]\.p" must be a number from 0/,
      ],
      [
        { aggregates: [{ name: 'a', where: [{ field: 'x', op: '<', value: 'y' }] }] },
        /"aggregates\[0\]\.where\[0\]\.value" must be a number, got "y"/,
      ],
      [
        { aggregates: [{ name: 'a' }, { name: 'a' }] },
        /setting "aggregates\[1\]\.name" must be a name that nothing/,
      ],
      [{ keyFields: ['a'], aggregates: [{ name: 'a' }] }, /setting "aggregates\[0\]\.name" .*, got "a"/],
      [
        { derived: [{ name: 'x', expression: 'count +' }] },
        /setting "derived\[0\]\.expression" is not a valid/,
      ],
      [
        { derived: [{ name: 'x', expression: 'clicks' }] },
        /"derived\[0\]\.expression" .* no "clicks" among count/,
      ],
      [{ derived: [{ name: 'count', expression: '1' }] }, /setting "derived\[0\]\.name" .*, got "count"/],
    ];
    itRefuses(wrong, deploy, at(0));
  });
});

function sumOfCounts(messages: Received[]): number {
  return messages.reduce((sum, { window }) => sum + (window as { count: number }).count, 0);
}
