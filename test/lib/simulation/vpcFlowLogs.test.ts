import assert from 'node:assert/strict';
import { gunzipSync } from 'node:zlib';
import { simulation } from '../../../lib/simulation/simulate';
import type { SimulatedRecord } from '../../../lib/simulation/Scenario';
import { settings } from '../../../nodes/stream-simulator/settings';

const start = Date.parse('2026-01-01T00:00:30Z');
const minute = 60_000;

interface LogEvent {
  id: string;
  timestamp: number;
  message: string;
  extractedFields?: Record<string, string>;
}
interface Envelope {
  messageType: string;
  owner: string;
  logGroup: string;
  logStream: string;
  subscriptionFilters: string[];
  logEvents: LogEvent[];
}

function run(config: object = {}): SimulatedRecord[] {
  const records = simulation('vpc-flow-logs', settings.parse({ passes: 30, ...config })).records(start);
  const all: SimulatedRecord[] = [];
  for (let next = records.next(); !next.done; next = records.next()) all.push(next.value);
  return all;
}

const open = ({ payload }: SimulatedRecord) =>
  JSON.parse(gunzipSync(payload as Buffer).toString()) as Envelope;
const intact = (records: SimulatedRecord[]) =>
  records.filter(({ label }) => !label.fault && label.kind !== 'control');
const bytesOf = (record: SimulatedRecord) =>
  open(record).logEvents.reduce((sum, { message }) => sum + (Number(message.split(' ')[9]) || 0), 0);
/** Decompressed, as compressed bytes may differ between versions of zlib. */
const readable = (records: SimulatedRecord[]) =>
  intact(records).map((record) => ({ ...record, payload: open(record) }));

const flowLine =
  /^2 123456789012 eni-\w+ \d+\.\d+\.\d+\.\d+ 10\.0\.\d+\.\d+ \d+ \d+ (6|17) \d+ \d+ \d{10} \d{10} (ACCEPT|REJECT) OK$/;
const emptyLine = /^2 123456789012 eni-\w+ - - - - - - - \d{10} \d{10} - (NODATA|SKIPDATA)$/;

describe('vpc-flow-logs', () => {
  it('begins with the control message that CloudWatch Logs sends to a new destination', () => {
    const [first] = run({ passes: 1 });
    assert.equal(open(first!).messageType, 'CONTROL_MESSAGE');
    assert.deepEqual([first!.label.kind, first!.label.anomaly, first!.timestamp], ['control', false, start]);
  });

  it('sends one envelope per interface and minute, when that minute is over', () => {
    const records = intact(run({ passes: 3, interfaces: ['eni-1', 'eni-2'] }));
    assert.deepEqual(
      records.map((record) => [open(record).logStream, record.label.pass, record.timestamp]),
      [0, 1, 2].flatMap((pass) =>
        ['eni-1', 'eni-2'].map((id) => [`${id}-all`, pass, start - 30_000 + (pass + 1) * minute]),
      ),
    );
  });

  it('fills envelopes with lines of the default format that lie within their minute', () => {
    for (const record of intact(run())) {
      const { messageType, owner, logGroup, subscriptionFilters, logEvents } = open(record);
      assert.deepEqual(
        [messageType, owner, logGroup, subscriptionFilters],
        ['DATA_MESSAGE', '123456789012', 'vpc-flow-logs', ['vpc-flow-logs']],
      );
      assert.ok(logEvents.length > 0);
      for (const { message, timestamp } of logEvents) {
        assert.ok(flowLine.test(message) || emptyLine.test(message), message);
        const fields = message.split(' ');
        const [from, to] = fields.slice(10, 12).map((second) => Number(second) * 1000);
        assert.ok(record.timestamp - minute <= from! && from! < to! && to! < record.timestamp, message);
        assert.equal(timestamp, from);
        assert.equal(fields[2], record.label.target);
      }
    }
  });

  it('has accepted and rejected flows, and now and then a line without data', () => {
    const messages = intact(run({ passes: 300 })).flatMap((record) =>
      open(record).logEvents.map(({ message }) => message),
    );
    const share = (part: string) =>
      messages.filter((message) => message.includes(part)).length / messages.length;
    assert.ok(share('REJECT') > 0.03 && share('REJECT') < 0.1, String(share('REJECT')));
    assert.ok(share('NODATA') > 0 && share('NODATA') < 0.01);
    assert.ok(share('SKIPDATA') > 0 && share('SKIPDATA') < 0.01);
  });

  it('gives every log event an id of its own', () => {
    const ids = run({ corruptRate: 1 })
      .filter(({ label }) => !label.fault || label.fault === 'bad-line')
      .flatMap((record) => open(record).logEvents.map(({ id }) => id));
    assert.equal(new Set(ids).size, ids.length);
  });

  it('follows the time of day', () => {
    const records = intact(run({ passes: 1440, interfaces: ['eni-1'], anomalies: [] }));
    const hours = Array.from({ length: 24 }, () => 0);
    for (const record of records) hours[Math.floor(record.label.pass / 60)]! += bytesOf(record);
    const ratio = Math.max(...hours) / Math.min(...hours);
    assert.ok(ratio > 1.8 && ratio < 3.5, String(ratio));
  });

  it('has a spike on the first interface and an outage on the second, far outside of their usual bytes', () => {
    const records = intact(run({ passes: 2300 }));
    const [first, second] = settings.fields.interfaces.default;
    const bytes = (target: string, kind: string) =>
      records.filter(({ label }) => label.target === target && label.kind === kind).map(bytesOf);
    const passes = (kind: string) =>
      records.filter(({ label }) => label.kind === kind).map(({ label }) => label.pass);
    assert.deepEqual(
      passes('spike'),
      Array.from({ length: 10 }, (_, index) => 1950 + index),
    );
    assert.deepEqual(
      passes('outage'),
      Array.from({ length: 15 }, (_, index) => 2200 + index),
    );
    assert.ok(Math.min(...bytes(first!, 'spike')) > 1.5 * Math.max(...bytes(first!, 'normal')));
    assert.ok(Math.max(...bytes(second!, 'outage')) < Math.min(...bytes(second!, 'normal')));
    assert.ok(records.every(({ label }) => label.anomaly === (label.kind !== 'normal')));
  });

  it('says NODATA for an interface in complete silence', () => {
    const silent = intact(run({ passes: 1, anomalies: [{ from: 0, length: 1, value: 0 }] }));
    for (const record of silent) {
      assert.deepEqual(
        open(record).logEvents.map(({ message }) => message.split(' ').at(-1)),
        ['NODATA'],
      );
    }
  });

  it('changes nothing else when an anomaly is injected or records break', () => {
    const normal = readable(run({ anomalies: [], corruptRate: 0 }));
    const changed = readable(
      run({
        anomalies: [{ from: 10, length: 5, value: 9, target: 'eni-0a1b2c3d4e5f60003' }],
        corruptRate: 0.5,
      }),
    );
    const differing = normal.filter(
      (record, index) => JSON.stringify(record) !== JSON.stringify(changed[index]),
    );
    assert.deepEqual(
      differing.map(({ label }) => [label.pass, label.target]),
      [10, 11, 12, 13, 14].map((pass) => [pass, 'eni-0a1b2c3d4e5f60003']),
    );
  });

  it('breaks records in three ways, each labelled, and none when told so', () => {
    const records = run({ corruptRate: 1 });
    const faulty = records.filter(({ label }) => label.fault);
    assert.equal(faulty.length, 30 * 4);
    for (const record of faulty) {
      if (record.label.fault === 'bad-line') {
        const [event] = open(record).logEvents;
        assert.ok(!flowLine.test(event!.message) && !emptyLine.test(event!.message));
      } else {
        assert.throws(() => gunzipSync(record.payload as Buffer));
      }
    }
    assert.deepEqual([...new Set(faulty.map(({ label }) => label.fault))].sort(), [
      'bad-line',
      'garbage',
      'truncated',
    ]);
    assert.ok(run({ corruptRate: 0 }).every(({ label }) => label.fault === undefined));
  });

  it('adds the extracted fields as text when asked', () => {
    const [record] = intact(run({ extractedFields: true }));
    for (const { message, extractedFields } of open(record!).logEvents) {
      assert.deepEqual(Object.values(extractedFields!), message.split(' '));
      assert.equal(extractedFields!.interface_id, record!.label.target);
    }
    assert.equal(open(intact(run())[0]!).logEvents[0]!.extractedFields, undefined);
  });

  it('gives the same documents for a seed and others for another', () => {
    assert.deepEqual(readable(run()), readable(run()));
    assert.notDeepEqual(readable(run()), readable(run({ seed: 2 })));
  });
});
