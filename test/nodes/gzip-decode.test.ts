import assert from 'node:assert/strict';
import * as zlib from 'node:zlib';
import helper from 'node-red-node-test-helper';
import gzipDecode from '../../nodes/gzip-decode';
import { itRefuses } from '../helpers/itRefuses';
import { Bench, useNodeRed, type Received } from '../helpers/nodeRed';

const event = (id: number, more: object = {}) => ({
  id: `event ${id}`,
  timestamp: 1_700_000_000_000 + id,
  message: `line ${id}`,
  ...more,
});
const source = {
  owner: '001234567890',
  logGroup: 'flow-logs',
  logStream: 'eni-1-all',
  subscriptionFilters: ['to-kinesis'],
};
const envelope = (...events: unknown[]) => ({ messageType: 'DATA_MESSAGE', ...source, logEvents: events });
const control = {
  messageType: 'CONTROL_MESSAGE',
  ...source,
  logEvents: [event(0, { message: 'CWL CONTROL MESSAGE: Checking health of destination Kinesis stream.' })],
};
const gzip = (...documents: unknown[]) =>
  zlib.gzipSync(documents.map((document) => JSON.stringify(document)).join(''));
const payloads = (messages: Received[]) => messages.map(({ payload }) => payload);
const errorOf = (message: Received | undefined) =>
  message?.error as { message: string; field: string; result: string; source: { id: string; type: string } };

describe('gzip-decode', () => {
  useNodeRed();

  const deploy = (config: object = {}) =>
    Bench.deploy(gzipDecode, { type: 'gzip-decode', ...config }, { outputs: 2 });

  it('makes one message of each log event, with what its envelope says about it', async () => {
    const bench = await deploy();
    bench.send({
      payload: gzip(envelope(event(1), event(2, { extractedFields: { bytes: '7' } }))),
      topic: 'stream',
      kinesis: { shardId: 'shard 0' },
      note: { kept: true },
    });
    const messages = await bench.received(2);
    assert.deepEqual(payloads(messages), [
      { ...event(1), ...source },
      { ...event(2), extractedFields: { bytes: '7' }, ...source },
    ]);
    const [first, second] = messages;
    assert.deepEqual([first!.timestamp, second!.timestamp], [1_700_000_000_001, 1_700_000_000_002]);
    for (const message of messages) {
      assert.equal(message.topic, 'stream');
      assert.deepEqual(message.kinesis, { shardId: 'shard 0' });
      assert.deepEqual(message.note, { kept: true });
    }
    assert.notEqual(first!.note, second!.note, 'messages must not share what a flow may change');
    const { id } = first!.parts as { id: string };
    assert.deepEqual(first!.parts, { id, type: 'array', index: 0, count: 2 });
    assert.deepEqual(second!.parts, { id, type: 'array', index: 1, count: 2 });
    await bench.done(1);
  });

  it('sends all records of a message together when asked to', async () => {
    const bench = await deploy({ emit: 'batch' });
    bench.send({ payload: [gzip(envelope(event(1), event(2))), 'a line'], kinesis: [{ n: 1 }, { n: 2 }] });
    const [message] = await bench.received(1);
    assert.deepEqual(message!.payload, [{ ...event(1), ...source }, { ...event(2), ...source }, 'a line']);
    assert.deepEqual(message!.kinesis, [{ n: 1 }, { n: 1 }, { n: 2 }]);
  });

  it('drops control messages and counts them in the status', async () => {
    const bench = await deploy();
    const shown: string[] = [];
    bench.node.status = ((status: { text?: string }) => shown.push(status.text ?? '')) as never;
    bench.send({ payload: gzip(control) }, { payload: gzip(control, envelope(event(1))) });
    assert.deepEqual(payloads(await bench.received(1)), [{ ...event(1), ...source }]);
    await bench.done(2);
    await bench.until(() => shown.some((text) => text.includes('controls')), 'the count in the status');
    assert.equal(bench.outputs[1]!.length, 0);
  });

  it('opens the event that a Lambda function gets, and an envelope that was parsed before', async () => {
    const bench = await deploy();
    const data = gzip(envelope(event(1))).toString('base64');
    bench.send({ payload: { awslogs: { data } } }, { payload: envelope(event(2)) });
    assert.deepEqual(payloads(await bench.received(2)), [
      { ...event(1), ...source },
      { ...event(2), ...source },
    ]);
  });

  it('passes other objects unchanged, in the message that they came in', async () => {
    const bench = await deploy();
    const circular: Record<string, unknown> = { a: 1 };
    circular.self = circular;
    bench.send({ payload: { ctr: 10 }, timestamp: 5 }, { payload: circular });
    const [first, second] = await bench.received(2);
    assert.deepEqual(first!.payload, { ctr: 10 });
    assert.equal(first!.timestamp, 5);
    assert.equal(first!.parts, undefined);
    assert.equal(second!.payload, circular);
  });

  const json = '{"a":1}';
  const carriers: Record<string, unknown> = {
    'a buffer': zlib.gzipSync(json),
    'a Uint8Array': new Uint8Array(zlib.gzipSync(json)),
    'a buffer that was through JSON': JSON.parse(JSON.stringify(zlib.gzipSync(json))) as unknown,
    'base64 text': zlib.gzipSync(json).toString('base64'),
    'a binary string': zlib.gzipSync(json).toString('latin1'),
    'plain text': json,
    'base64 of plain text': Buffer.from(json).toString('base64'),
    'zlib in a binary string': zlib.deflateSync(json).toString('latin1'),
    'raw deflate': zlib.deflateRawSync(json),
  };
  for (const [what, payload] of Object.entries(carriers)) {
    it(`reads ${what}`, async () => {
      const bench = await deploy();
      bench.send({ payload });
      assert.deepEqual((await bench.received(1))[0]!.payload, { a: 1 });
    });
  }

  describe('splitting', () => {
    const cases: [string, object, unknown, unknown[]][] = [
      ['documents behind each other', {}, gzip({ a: 1 }, { b: 2 }), [{ a: 1 }, { b: 2 }]],
      ['a list of objects', {}, '[{"a":1},{"b":2}]', [{ a: 1 }, { b: 2 }]],
      ['a list of numbers as one vector', {}, '[1,2]', [[1, 2]]],
      ['lines', {}, zlib.gzipSync('one\r\ntwo\n\nthree\n'), ['one', 'two', 'three']],
      ['log lines that start with a bracket', {}, '[12:00] up\n[12:01] down', ['[12:00] up', '[12:01] down']],
      ['nothing', { split: 'none' }, zlib.gzipSync('one\ntwo\n'), ['one\ntwo\n']],
      [
        'nothing, as bytes',
        { split: 'none', output: 'buffer' },
        zlib.gzipSync(Buffer.from([255, 0])),
        [Buffer.from([255, 0])],
      ],
      ['JSON as lines', { split: 'lines' }, '{"a":1}\n{"b":2}', ['{"a":1}', '{"b":2}']],
      ['envelopes as JSON', { split: 'json' }, gzip(envelope(event(1))), [envelope(event(1))]],
    ];
    for (const [what, config, payload, expected] of cases) {
      it(`splits ${what}`, async () => {
        const bench = await deploy(config);
        bench.send({ payload });
        assert.deepEqual(payloads(await bench.received(expected.length)), expected);
        await bench.done(1);
      });
    }

    it('lets the good documents through when one is cut off, and sets the whole record aside', async () => {
      const bench = await deploy();
      const payload = zlib.gzipSync(JSON.stringify(envelope(event(1))) + '{"messageType":"DATA_MESS');
      bench.send({ payload });
      assert.deepEqual(payloads(await bench.received(1)), [{ ...event(1), ...source }]);
      const [failure] = await bench.received(1, 1);
      assert.deepEqual(failure!.payload, payload);
      assert.match(
        errorOf(failure).message,
        /^gzip-decode: payload must be JSON \(the document is cut off\)/,
      );
    });

    const damaged: [object, RegExp][] = [
      [{ messageType: 'DATA_MESSAGE' }, /logEvents must be an array of log events, got undefined/],
      [envelope('text'), /logEvents\[0\] must be an object/],
      [envelope({ timestamp: 1 }), /logEvents\[0\]\.message must be text, got undefined/],
      [envelope({ timestamp: 'now', message: '' }), /logEvents\[0\]\.timestamp must be a time/],
    ];
    for (const [document, expected] of damaged) {
      it(`refuses an envelope with ${expected.source.slice(0, 30)}`, async () => {
        const bench = await deploy();
        bench.send({ payload: gzip(document) });
        assert.match(errorOf((await bench.received(1, 1))[0]).message, expected);
      });
    }

    it('refuses anything but envelopes when it was told to expect them', async () => {
      const bench = await deploy({ split: 'cloudwatch-logs' });
      bench.send({ payload: '{"a":1}' }, { payload: 'text' }, { payload: { a: 1 } });
      const failures = await bench.received(3, 1);
      assert.match(errorOf(failures[0]).message, /messageType must be DATA_MESSAGE or CONTROL_MESSAGE/);
      assert.match(errorOf(failures[1]).message, /payload must be JSON/);
    });
  });

  it('gives for a batch what its records give one by one', async () => {
    const records = [
      gzip(envelope(event(1), event(2))),
      Buffer.from([255, 254]),
      'plain text',
      null,
      { already: 'parsed' },
      zlib.gzipSync('cut').subarray(0, -4),
    ];
    const together = await deploy();
    together.send({ payload: records, kinesis: records.map((_, n) => ({ n })) });
    await together.received(4, 0);
    await together.received(3, 1);
    const batch = together.outputs;
    const kinesis = batch.map((messages) => messages.map((message) => message.kinesis));
    assert.deepEqual(kinesis, [
      [{ n: 0 }, { n: 0 }, { n: 2 }, { n: 4 }],
      [{ n: 1 }, { n: 3 }, { n: 5 }],
    ]);
    const summary = (outputs: Received[][]) =>
      outputs.map((messages) =>
        messages.map((message) => [message.payload, message.timestamp, errorOf(message)?.message]),
      );
    const expected = summary(batch);
    await together.done(1);
    await helper.unload();
    const alone = await deploy();
    for (const payload of records) alone.send({ payload });
    await alone.received(4, 0);
    await alone.received(3, 1);
    assert.deepEqual(summary(alone.outputs), expected);
  });

  it('keeps the order when large records are decoded off the main thread', async () => {
    const bench = await deploy({ split: 'none' });
    const big = (id: number) => Buffer.concat([zlib.gzipSync(Buffer.alloc(300_000, `${id}`), { level: 0 })]);
    bench.send({ payload: big(1) }, { payload: 'small 2' }, { payload: big(3) }, { payload: 'small 4' });
    const found = await bench.received(4);
    assert.deepEqual(
      found.map(({ payload }) => String(payload).slice(0, 7)),
      ['1111111', 'small 2', '3333333', 'small 4'],
    );
    await bench.done(4);
  });

  it('lets only so many messages wait behind a large one', async () => {
    const bench = await deploy({ maxQueue: 2 });
    const large = zlib.gzipSync(Buffer.alloc(200_000, 'a'), { level: 0 });
    bench.send({ payload: large }, { payload: 'waits' }, { payload: 'too many' });
    const [failure] = await bench.received(1, 1);
    assert.equal(failure!.payload, 'too many');
    assert.match(errorOf(failure).message, /at most 2 messages/);
    await bench.received(2);
    bench.send({ payload: 'later' });
    await bench.received(3);
  });

  it('consumes a reset', async () => {
    const bench = await deploy();
    bench.send({ reset: true, payload: 'gone' }, { payload: 'comes' });
    assert.deepEqual(payloads(await bench.received(1)), ['comes']);
    await bench.done(2);
  });

  describe('bad input', () => {
    const bad: [string, object, RegExp][] = [
      ['no payload', {}, /payload must be a buffer, text or an object, got undefined/],
      ['null', { payload: null }, /payload must be .*, got null/],
      ['NaN', { payload: NaN }, /payload must be .*, got NaN/],
      ['a number', { payload: 5 }, /payload must be .*, got 5/],
      ['a vector', { payload: [1, 2] }, /payload must be .*, got an array of 2/],
      ['an empty buffer', { payload: Buffer.alloc(0) }, /at least one byte, got a buffer of 0 bytes/],
      ['an empty text', { payload: '' }, /at least one byte, got ""/],
      ['binary garbage', { payload: Buffer.from([0x89, 0x50, 255]) }, /UTF-8 text .* buffer of 3 bytes/],
      ['truncated gzip', { payload: zlib.gzipSync('abc').subarray(0, 12) }, /undamaged gzip/],
      ['gzip that was read as text', { payload: zlib.gzipSync('abc').toString() }, /destroyed it/],
      ['a bomb', { payload: zlib.gzipSync(Buffer.alloc(17 << 20)) }, /at most 16777216 bytes/],
      ['broken JSON', { payload: '{"a":' }, /payload must be JSON/],
      ['binary data inside', { payload: zlib.gzipSync(Buffer.from([255, 0])) }, /UTF-8 text inside/],
    ];
    for (const [what, message, expected] of bad) {
      it(`sends ${what} to output 2 as it came, with the reason, and takes the next record`, async () => {
        const bench = await deploy();
        bench.send({ ...message, topic: 'kept' }, { payload: '{"next":1}' });
        const [failure] = await bench.received(1, 1);
        assert.deepEqual(failure!.payload, (message as { payload?: unknown }).payload);
        assert.equal(failure!.topic, 'kept');
        const error = errorOf(failure);
        assert.match(error.message, /^gzip-decode: /);
        assert.match(error.message, expected);
        assert.equal(error.field, 'payload');
        assert.equal(error.result, 'ProcessingFailed');
        assert.equal(error.source.type, 'gzip-decode');
        assert.deepEqual(payloads(await bench.received(1, 0)), [{ next: 1 }]);
        await bench.done(2);
      });
    }

    it('tells the Catch nodes when nothing is wired to output 2', async () => {
      const bench = await Bench.deploy(gzipDecode, { type: 'gzip-decode' }, { outputs: 1 });
      bench.send({ payload: 5 }, { payload: 'next' });
      const [failure] = await bench.failed(1);
      assert.match(failure!.message, /^gzip-decode: payload must be/);
      assert.equal(failure!.msg.payload, 5);
      await bench.received(1);
    });

    it('refuses more records than it may split into', async () => {
      const bench = await deploy({ maxRecords: 3 });
      bench.send({ payload: 'a\nb\nc\nd' }, { payload: '[{},{},{},{}]' }, { payload: 'a\nb\nc' });
      const failures = await bench.received(2, 1);
      for (const failure of failures) assert.match(errorOf(failure).message, /at most 3 records/);
      await bench.received(3);
    });

    it('goes through ten thousand records of ten thousand streams', async () => {
      const bench = await deploy();
      const records = Array.from({ length: 10_000 }, (_, n) => ({
        ...envelope(event(n)),
        logStream: `${n}`,
      }));
      bench.send({ payload: gzip(...records) });
      const found = await bench.received(10_000);
      assert.equal((found[9_999]!.payload as { logStream: string }).logStream, '9999');
    });

    const wrong: [object, RegExp][] = [
      [{ split: 'xml' }, /setting "split" must be one of .*, got "xml"/],
      [{ maxBytes: 0 }, /setting "maxBytes" must be a whole number from 1/],
      [{ maxBytes: 'much' }, /setting "maxBytes" must be .*, got "much"/],
      [{ base64: true }, /setting "base64" must be one of/],
      [{ compression: 'zip' }, /setting "compression" must be one of/],
      [{ output: 'json' }, /setting "output" must be one of/],
      [{ emit: 'all' }, /setting "emit" must be one of/],
      [{ maxRecords: -1 }, /setting "maxRecords" must be/],
      [{ maxQueue: 1.5 }, /setting "maxQueue" must be/],
    ];
    itRefuses(wrong, deploy, { payload: '{}' });

    it('takes limits as text, as environment variables give them', async () => {
      const bench = await deploy({ maxBytes: '8' });
      bench.send({ payload: '12345678' }, { payload: '123456789' });
      await bench.received(1, 0);
      await bench.received(1, 1);
    });
  });
});
