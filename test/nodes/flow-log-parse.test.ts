import assert from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import flowLogParse from '../../nodes/flow-log-parse';
import { itRefuses } from '../helpers/itRefuses';
import { Bench, useNodeRed, type Received } from '../helpers/nodeRed';

const line =
  '2 001234567890 eni-0a1b 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK';
const noData = '2 001234567890 eni-0a1b - - - - - - - 1431280876 1431280934 - NODATA';
const skipData = noData.replace('NODATA', 'SKIPDATA');
const flow = {
  version: 2,
  account_id: '001234567890',
  interface_id: 'eni-0a1b',
  srcaddr: '172.31.16.139',
  dstaddr: '172.31.16.21',
  srcport: 20641,
  dstport: 22,
  protocol: 6,
  packets: 20,
  bytes: 4249,
  start: 1418530010,
  end: 1418530070,
  action: 'ACCEPT',
  log_status: 'OK',
  timestamp: 1418530070000,
};
const source = { id: 'event 1', timestamp: 1418530100000, owner: '001234567890', logGroup: 'flow-logs' };
const payloads = (messages: Received[]) => messages.map(({ payload }) => payload);
const errorOf = (message: Received | undefined) =>
  message?.error as { message: string; field: string; result: string; source: { type: string } };

describe('flow-log-parse', () => {
  useNodeRed();

  const deploy = (config: object = {}) =>
    Bench.deploy(flowLogParse, { type: 'flow-log-parse', ...config }, { outputs: 2 });

  it('gives the default fields their names, types and time', async () => {
    const bench = await deploy();
    bench.send({ payload: line, topic: 'flow logs', note: 'kept' });
    const [message] = await bench.received(1);
    assert.deepEqual(message!.payload, flow);
    assert.deepEqual(
      [message!.timestamp, message!.topic, message!.note],
      [1418530070000, 'flow logs', 'kept'],
    );
    await bench.done(1);
  });

  it('reads a buffer, and blanks around the line', async () => {
    const bench = await deploy();
    bench.send(
      { payload: Buffer.from(`${line}\r\n`) },
      { payload: new Uint8Array(Buffer.from(`  ${line}`)) },
    );
    assert.deepEqual(payloads(await bench.received(2)), [flow, flow]);
  });

  it('reads a log event by its message, and says where it was logged', async () => {
    const bench = await deploy();
    bench.send({ payload: { ...source, message: line } });
    const [message] = await bench.received(1);
    assert.deepEqual(message!.payload, flow);
    assert.deepEqual(message!.logEvent, source);
    assert.equal(message!.timestamp, 1418530070000);
  });

  it('prefers the columns that a filter pattern has named to the line', async () => {
    const bench = await deploy();
    const extractedFields = {
      interface_id: 'eni-9',
      'account-id': '000000000001',
      bytes: '17',
      packets: '-',
      srcport: null,
      mine: 'kept',
    };
    bench.send({ payload: { ...source, message: line, extractedFields } });
    const [message] = await bench.received(1);
    assert.deepEqual(message!.payload, {
      interface_id: 'eni-9',
      account_id: '000000000001',
      bytes: 17,
      mine: 'kept',
      // Neither start nor end: the log event's own time.
      timestamp: source.timestamp,
    });
  });

  it('reads the line when the extracted fields are none of a flow log', async () => {
    const bench = await deploy();
    bench.send({ payload: { message: line, extractedFields: { level: 'info' } } });
    assert.deepEqual((await bench.received(1))[0]!.payload, flow);
  });

  for (const fields of [
    ['interface-id', 'bytes', 'tcp-flags', 'later-field', 'end'],
    ['interface_id', 'bytes', 'tcp_flags', 'later_field', 'end'],
    '${interface-id} ${bytes} ${tcp-flags} ${later-field} ${end}',
  ]) {
    it(`follows the format ${JSON.stringify(fields)}`, async () => {
      const bench = await deploy({ fields });
      bench.send({ payload: 'eni-1 5 18 007 100' });
      assert.deepEqual((await bench.received(1))[0]!.payload, {
        interface_id: 'eni-1',
        bytes: 5,
        tcp_flags: 18,
        later_field: '007',
        end: 100,
        timestamp: 100_000,
      });
    });
  }

  it('makes a batch of a text of several lines, in the order that its header says', async () => {
    const bench = await deploy();
    bench.send(
      { payload: '\ufeffinterface-id bytes start\neni-1 5 100\r\n\neni-2 - 101\n' },
      { payload: line },
    );
    const [file, after] = await bench.received(2);
    assert.deepEqual(file!.payload, [
      { interface_id: 'eni-1', bytes: 5, start: 100, timestamp: 100_000 },
      { interface_id: 'eni-2', start: 101, timestamp: 101_000 },
    ]);
    assert.deepEqual(after!.payload, flow, 'the header spoke for its own text only');
  });

  it('follows a header in a message of its own for the lines of its topic, until a reset', async () => {
    const bench = await deploy();
    bench.send(
      { payload: 'interface-id bytes', topic: 'file' },
      { payload: 'eni-1 5', topic: 'file' },
      { payload: line, topic: 'other' },
      { reset: true, topic: 'other' },
      { payload: 'eni-2 6', topic: 'file' },
      { reset: true, topic: 'file' },
      { payload: line, topic: 'file' },
    );
    const found = payloads(await bench.received(4));
    assert.deepEqual(found, [
      { interface_id: 'eni-1', bytes: 5 },
      flow,
      { interface_id: 'eni-2', bytes: 6 },
      flow,
    ]);
    await bench.done(7);
    assert.equal(bench.outputs[1]!.length, 0);
  });

  it('forgets every header on a reset without a topic', async () => {
    const bench = await deploy();
    bench.send({ payload: 'interface-id bytes', topic: 'a' }, { reset: true }, { payload: line, topic: 'a' });
    assert.deepEqual(payloads(await bench.received(1)), [flow]);
  });

  it('remembers the headers of so many topics at most', async () => {
    const bench = await deploy({ maxKeys: 2 });
    for (const topic of ['a', 'b', 'c']) bench.send({ payload: 'interface-id bytes', topic });
    for (const topic of ['a', 'b', 'c']) bench.send({ payload: 'eni-1 5', topic });
    assert.deepEqual(
      (await bench.received(2)).map(({ topic }) => topic),
      ['b', 'c'],
    );
    assert.equal((await bench.received(1, 1))[0]!.topic, 'a');
  });

  it('drops lines without data unless they are to be kept', async () => {
    const dropping = await deploy();
    dropping.send({ payload: noData }, { payload: skipData }, { payload: [noData, line] });
    assert.deepEqual(payloads(await dropping.received(1)), [[flow]]);
    await dropping.done(3);
    await helper.unload();
    const keeping = await deploy({ noData: 'keep' });
    keeping.send({ payload: noData }, { payload: skipData });
    const kept = await keeping.received(2);
    assert.deepEqual(kept[0]!.payload, {
      version: 2,
      account_id: '001234567890',
      interface_id: 'eni-0a1b',
      start: 1431280876,
      end: 1431280934,
      log_status: 'NODATA',
      timestamp: 1431280934000,
    });
    assert.equal((kept[1]!.payload as { log_status: string }).log_status, 'SKIPDATA');
  });

  it('gives for a batch what its records give one by one, with what is said about each beside it', async () => {
    const records = [
      line,
      noData,
      { ...source, message: line },
      'garbage',
      'interface-id bytes',
      'eni-1 5',
      null,
      'eni-1 many',
      { extractedFields: { bytes: '1' } },
    ];
    const together = await deploy();
    together.send({ payload: records, topic: 't', kinesis: records.map((_, n) => ({ n })) });
    const [batch] = await together.received(1);
    const failures = await together.received(3, 1);
    assert.deepEqual(batch!.kinesis, [{ n: 0 }, { n: 2 }, { n: 5 }, { n: 8 }]);
    assert.deepEqual(batch!.logEvent, [undefined, source, undefined, {}]);
    assert.deepEqual(
      failures.map(({ payload, kinesis }) => [payload, kinesis]),
      [
        ['garbage', { n: 3 }],
        [null, { n: 6 }],
        ['eni-1 many', { n: 7 }],
      ],
    );
    await helper.unload();
    const alone = await deploy();
    for (const payload of records) alone.send({ payload, topic: 't' });
    assert.deepEqual(payloads(await alone.received(4)), batch!.payload);
    assert.deepEqual(
      (await alone.received(3, 1)).map((message) => errorOf(message).message),
      failures.map((message) => errorOf(message).message),
    );
  });

  it('goes through ten thousand interfaces', async () => {
    const bench = await deploy();
    const lines = Array.from({ length: 10_000 }, (_, n) => line.replace('eni-0a1b', `eni-${n}`));
    bench.send({ payload: lines }, { payload: lines.join('\n') });
    for (const { payload } of await bench.received(2)) {
      const records = payload as (typeof flow)[];
      assert.equal(new Set(records.map((record) => record.interface_id)).size, 10_000);
    }
  });

  describe('bad input', () => {
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    const bad: [string, unknown, string, RegExp][] = [
      ['no payload', undefined, 'payload', /must be a flow log line or a log event, got undefined/],
      ['null', null, 'payload', /got null/],
      ['NaN', NaN, 'payload', /got NaN/],
      ['a vector', [1, 2], 'payload', /got an array of 2/],
      ['an empty text', '', 'payload', /must be a flow log line, got ""/],
      ['an empty object', {}, 'message', /must be a flow log line, .* got undefined/],
      ['a circular object', circular, 'message', /got undefined/],
      ['binary garbage', Buffer.from([255, 254, 0]), 'payload', /got a buffer of 3 bytes/],
      ['a huge line', 'x'.repeat(1_000_000), 'payload', /at most 65536 characters/],
      ['a line with a column too few', line.slice(0, -3), 'payload', /14 columns .*, not 13/],
      ['a line with text for a number', line.replace('4249', 'lots'), 'bytes', /whole number .* got "lots"/],
      ['a number beyond 2^53', line.replace('4249', '9007199254740993'), 'bytes', /whole number/],
      ['a wrong extracted field', { extractedFields: { bytes: {} } }, 'bytes', /text or a number/],
      ['a NaN extracted field', { extractedFields: { bytes: NaN } }, 'bytes', /whole number .* got "NaN"/],
    ];
    for (const [what, payload, field, expected] of bad) {
      it(`sends ${what} to output 2 as it came, names ${field}, and takes the next line`, async () => {
        const bench = await deploy();
        bench.send({ payload, topic: 'kept' }, { payload: line });
        const [failure] = await bench.received(1, 1);
        assert.deepEqual(failure!.payload, payload);
        assert.equal(failure!.topic, 'kept');
        const error = errorOf(failure);
        assert.ok(error.message.startsWith(`flow-log-parse: ${field} must be `), error.message);
        assert.match(error.message, expected);
        assert.deepEqual([error.field, error.result], [field, 'ProcessingFailed']);
        assert.deepEqual(payloads(await bench.received(1, 0)), [flow]);
        await bench.done(2);
      });
    }

    it('sets aside the bad line of a text and lets the others through', async () => {
      const bench = await deploy();
      bench.send({ payload: `${line}\nbroken\n${line}` });
      assert.deepEqual((await bench.received(1))[0]!.payload, [flow, flow]);
      assert.equal((await bench.received(1, 1))[0]!.payload, 'broken');
    });

    it('tells the Catch nodes when nothing is wired to output 2', async () => {
      const bench = await Bench.deploy(flowLogParse, { type: 'flow-log-parse' }, { outputs: 1 });
      bench.send({ payload: 'broken' }, { payload: line });
      const [failure] = await bench.failed(1);
      assert.match(failure!.message, /^flow-log-parse: payload must be 14 columns/);
      assert.equal(failure!.msg.payload, 'broken');
      await bench.received(1);
    });

    const wrong: [object, RegExp][] = [
      [{ fields: ['a b'] }, /setting "fields\[0\]" must be a field name such as account-id, got "a b"/],
      [{ fields: ['bytes', 'bytes'] }, /setting "fields" must be a list without repetition, got "bytes"/],
      [{ fields: 5 }, /setting "fields" must be a list, got 5/],
      [{ noData: 'zero' }, /setting "noData" must be one of drop, keep, got "zero"/],
      [{ maxKeys: 0 }, /setting "maxKeys" must be a whole number from 1/],
    ];
    itRefuses(wrong, deploy, { payload: line });
  });
});
