import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import scoreThreshold from '../../nodes/score-threshold';
import { Bench, loggedErrors, useNodeRed } from '../helpers/nodeRed';

describe('score-threshold with a calendar', () => {
  useNodeRed();

  const deploy = (config: object) =>
    Bench.deploy(scoreThreshold, { type: 'score-threshold', ...config }, { outputs: 2 });
  const six = Date.UTC(2026, 0, 15, 5, 5);
  const at = (timestamp: number, score: number, topic = 'web-1') => ({
    payload: {},
    anomaly: { score },
    topic,
    timestamp,
  });

  it('holds back what an event was announced for, by the clock and for the keys that it names', async () => {
    const bench = await deploy({
      value: 2,
      timeZone: 'Europe/Berlin',
      calendar: ['# at night', 'daily 06:00 for 20m key web-* nightly backup'],
    });
    bench.send(at(six, 3), at(six, 3, 'api'), at(six + 1_200_000, 3), at(six, 1));
    const passed = await bench.received(2, 0);
    const rest = await bench.received(2, 1);
    assert.deepEqual(
      passed.map(({ topic, timestamp }) => [topic, timestamp]),
      [
        ['api', six],
        ['web-1', six + 1_200_000],
      ],
    );
    assert.deepEqual(
      rest.map(({ suppressed }) => suppressed),
      ['calendar: nightly backup', undefined],
    );
  });

  it('reads times that are text or a date, as arrays of records from files have them', async () => {
    const bench = await deploy({ value: 2, calendar: ['daily 06:00 for 20m job'] });
    const anomaly = { score: 3 };
    const during = ['2026-01-15T06:05:00Z', '2026-01-15 07:05+01:00', new Date(Date.UTC(2026, 0, 15, 6, 5))];
    const before = '2026-01-15T05:55:00Z';
    bench.send(...during.map((timestamp) => ({ payload: {}, anomaly, timestamp })), {
      payload: [...during, before].map((timestamp) => ({ timestamp, anomaly })),
    });
    const rest = await bench.received(4, 1);
    assert.deepEqual(
      rest.map(({ suppressed }) => suppressed),
      [...during.map(() => 'calendar: job'), during.map(() => 'calendar: job')],
    );
    assert.deepEqual((await bench.received(1, 0))[0]!.payload, [{ timestamp: before, anomaly }]);
  });

  it('holds back the windows that an event has a part of', async () => {
    const bench = await deploy({ value: 2, calendar: ['daily 06:00 for 20m job'] });
    const quarter = 900_000;
    const windows = [-1, 0, 1, 2].map((place) => {
      const end = Date.UTC(2026, 0, 15, 6, 15) + place * quarter;
      return { ...at(end, 3), window: { start: end - quarter, end, key: 'web-1' } };
    });
    bench.send(...windows);
    const held = await bench.received(2, 1);
    assert.deepEqual(
      held.map(({ window }) => window),
      windows.slice(1, 3).map(({ window }) => window),
    );
    await bench.received(2, 0);
  });

  it('goes by the times of the records of a batch, whatever window the message names', async () => {
    const bench = await deploy({ value: 2, calendar: ['daily 06:00 for 20m job'] });
    const [before, during] = [Date.UTC(2026, 0, 15, 5, 50), Date.UTC(2026, 0, 15, 6, 5)];
    const payload = [before, during].map((timestamp) => ({ timestamp, anomaly: { score: 3 } }));
    bench.send({ payload, window: { start: during - 60_000, end: during } });
    assert.deepEqual((await bench.received(1, 0))[0]!.payload, payload.slice(0, 1));
    assert.deepEqual((await bench.received(1, 1))[0]!.payload, payload.slice(1));
  });

  it('holds back what does not break a limit that an event raises', async () => {
    const bench = await deploy({ value: 2, calendar: ['2026-01-15 raise x2 sale'] });
    bench.send(at(six, 4), at(six, 4.1));
    assert.deepEqual((await bench.received(1, 0))[0]!.anomaly, { score: 4.1 });
    assert.equal((await bench.received(1, 1))[0]!.suppressed, 'calendar: sale');
  });

  describe('in a file', () => {
    const file = path.join(os.tmpdir(), `calendar-${process.pid}.txt`);
    const ics = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:test', 'BEGIN:VEVENT', 'UID:1']
      .concat(['DTSTART;VALUE=DATE:20260115', 'SUMMARY:holiday', 'END:VEVENT', 'END:VCALENDAR', ''])
      .join('\r\n');
    afterEach(() => rmSync(file, { force: true }));

    it('holds back the events of an iCalendar file', async () => {
      writeFileSync(file, ics);
      const bench = await deploy({ value: 2, calendarFile: file });
      bench.send(at(six, 3), at(six + 86_400_000, 3));
      assert.equal((await bench.received(1, 1))[0]!.suppressed, 'calendar: holiday');
      assert.equal((await bench.received(1, 0))[0]!.timestamp, six + 86_400_000);
    });

    it('reads it again when it is told to, and keeps to what it knew when that fails', async () => {
      writeFileSync(file, '2026-01-15 sale');
      const bench = await deploy({ value: 2, calendarFile: file });
      writeFileSync(file, '2026-01-15 sale\n2026-13-01 never');
      bench.send({ calendar: true }, at(six, 3));
      const [failure] = await bench.failed(1);
      assert.match(failure!.message, /^score-threshold: line 2 of .*calendar-\d+\.txt: must be /);
      assert.equal((await bench.received(1, 1))[0]!.suppressed, 'calendar: sale');
      writeFileSync(file, '2026-01-16 sale');
      bench.send({ calendar: true }, at(six, 3));
      await bench.received(1, 0);
    });

    it('goes on without it, and says so, when it is not there at deploy', async () => {
      const bench = await deploy({ value: 2, calendarFile: file, calendar: ['2026-01-15 sale'] });
      assert.ok(loggedErrors().some((text) => /ENOENT.*calendar-\d+\.txt/.test(text)));
      bench.send(at(six, 3));
      assert.equal((await bench.received(1, 1))[0]!.suppressed, 'calendar: sale');
    });
  });

  it('neither begins nor ends an incident while an event is on', async () => {
    const bench = await deploy({ value: 2, tellEnd: true, calendar: ['2026-01-15 05:06 for 2m job'] });
    const minute = 60_000;
    bench.send(at(six, 3), at(six + minute, 3), at(six + 3 * minute, 3), at(six + 4 * minute, 1));
    const passed = await bench.received(2, 0);
    assert.deepEqual(
      passed.map(({ incident }) => {
        const { state, since, until, count } = incident as Record<string, unknown>;
        return [state, since, until, count];
      }),
      [
        ['open', six, undefined, 1],
        ['close', six, six + 3 * minute, 2],
      ],
    );
  });
});
