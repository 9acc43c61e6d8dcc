import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Pacer, type Timers } from '../../../lib/simulation/Pacer';

/** Time under the test's control: timers run when `pass` reaches them. */
class FakeTimers implements Timers {
  private time = 123_456.7;
  private pending: { at: number; run: () => void } | undefined;
  set = 0;

  now(): number {
    return this.time;
  }

  after(milliseconds: number, run: () => void): () => void {
    assert.equal(this.pending, undefined, 'one timer at a time');
    this.set++;
    const timer = { at: this.time + milliseconds, run };
    this.pending = timer;
    return () => {
      if (this.pending === timer) this.pending = undefined;
    };
  }

  get idle(): boolean {
    return this.pending === undefined;
  }

  pass(milliseconds: number): void {
    const end = this.time + milliseconds;
    while (this.pending && this.pending.at <= end) {
      const { at, run } = this.pending;
      this.pending = undefined;
      this.time = Math.max(this.time, at);
      run();
    }
    this.time = end;
  }

  /** The process does not run for a while; its timers come late. */
  sleep(milliseconds: number): void {
    this.time += milliseconds;
  }
}

function setUp(timestamps: Iterable<number>, speed = 1, start = 0) {
  const timers = new FakeTimers();
  const delivered: number[] = [];
  const portions: number[] = [];
  let finished = 0;
  const records = (function* () {
    for (const timestamp of timestamps) yield { timestamp };
  })();
  const pacer = new Pacer(
    records,
    start,
    {
      speed,
      deliver: (due) => {
        portions.push(due.length);
        delivered.push(...due.map(({ timestamp }) => timestamp));
      },
      finished: () => finished++,
    },
    timers,
  );
  return { timers, pacer, delivered, portions, finished: () => finished };
}

function* every(milliseconds: number, from = 0): Generator<number> {
  for (let time = from; ; time += milliseconds) yield time;
}

describe('Pacer', () => {
  it('hands out each record at its time', () => {
    const { timers, pacer, delivered } = setUp([0, 200, 200, 1000]);
    pacer.start();
    assert.deepEqual(delivered, []);
    timers.pass(199);
    assert.deepEqual(delivered, [0]);
    timers.pass(1);
    assert.deepEqual(delivered, [0, 200, 200]);
    timers.pass(799);
    assert.equal(delivered.length, 3);
    timers.pass(1);
    assert.deepEqual(delivered, [0, 200, 200, 1000]);
  });

  it('passes virtual time by the speed', () => {
    for (const [speed, expected] of [
      [0.5, 6],
      [1, 11],
      [60, 601],
    ] as const) {
      const { timers, pacer, delivered } = setUp(every(100), speed);
      pacer.start();
      timers.pass(1000);
      assert.equal(delivered.length, expected, `speed ${speed}`);
    }
  });

  it('does not drift however late each timer runs', () => {
    const { timers, pacer, delivered } = setUp(every(200));
    pacer.start();
    for (let turn = 0; turn < 1000; turn++) {
      timers.sleep(17);
      timers.pass(83);
    }
    assert.ok(Math.abs(delivered.length - 501) <= 1, String(delivered.length));
  });

  it('runs few timers for many records', () => {
    const { timers, pacer, delivered } = setUp(every(0.1));
    pacer.start();
    timers.pass(1000);
    assert.ok(delivered.length > 9900);
    assert.ok(timers.set <= 202, `${timers.set} timers`);
  });

  it('catches up with a short delay', () => {
    const { timers, pacer, delivered } = setUp(every(100));
    pacer.start();
    timers.pass(1000);
    timers.sleep(900);
    timers.pass(100);
    assert.equal(delivered.length, 21);
  });

  it('goes on where it stood after a long sleep instead of bursting', () => {
    const { timers, pacer, delivered } = setUp(every(100));
    pacer.start();
    timers.pass(1000);
    timers.sleep(3_600_000);
    timers.pass(0);
    assert.equal(delivered.length, 12);
    timers.pass(1000);
    assert.equal(delivered.length, 22);
  });

  it('hands out as fast as possible at speed 0, in portions that let others run', () => {
    const { timers, pacer, delivered, portions, finished } = setUp(
      Array.from({ length: 1200 }, (_, index) => index * 1e6),
      0,
    );
    pacer.start();
    timers.pass(0);
    assert.equal(delivered.length, 1200);
    assert.deepEqual(portions, [500, 500, 200]);
    assert.equal(finished(), 1);
  });

  it('stops between two records and goes on with the rest of the wait', () => {
    const { timers, pacer, delivered } = setUp(every(1000));
    pacer.start();
    timers.pass(1400);
    pacer.stop();
    assert.ok(timers.idle);
    timers.pass(60_000);
    assert.deepEqual(delivered, [0, 1000]);
    pacer.start();
    timers.pass(599);
    assert.deepEqual(delivered, [0, 1000]);
    timers.pass(1);
    assert.deepEqual(delivered, [0, 1000, 2000]);
  });

  it('can be stopped from within a delivery', () => {
    const timers = new FakeTimers();
    const delivered: number[] = [];
    const records = [100, 200, 300].map((timestamp) => ({ timestamp }));
    const pacer: Pacer<{ timestamp: number }> = new Pacer(
      records.values(),
      0,
      {
        speed: 1,
        deliver: (due) => {
          delivered.push(due.length);
          pacer.stop();
        },
        finished: () => assert.fail('has not come to its end'),
      },
      timers,
    );
    pacer.start();
    timers.pass(60_000);
    assert.deepEqual(delivered, [1]);
    assert.ok(timers.idle);
  });

  it('says once that the records have ended, and sets no timer after that', () => {
    const { timers, pacer, finished } = setUp([0, 10]);
    pacer.start();
    pacer.start();
    timers.pass(1000);
    assert.equal(finished(), 1);
    assert.ok(timers.idle);
  });

  it('waits through a pause longer than any timer', () => {
    const days = 40 * 24 * 3_600_000;
    const { timers, pacer, delivered } = setUp([0, days]);
    pacer.start();
    timers.pass(days - 1);
    assert.deepEqual(delivered, [0]);
    timers.pass(1);
    assert.deepEqual(delivered, [0, days]);
  });

  it('hands out every record once, in order and never early, however it is stopped and delayed', () => {
    const step = fc.record({ wait: fc.nat(3000), late: fc.boolean(), stop: fc.boolean() });
    fc.assert(
      fc.property(
        fc.array(fc.nat(500), { maxLength: 60 }),
        fc.array(step, { maxLength: 20 }),
        fc.constantFrom(0.5, 1, 7),
        (gaps, steps, speed) => {
          let time = 0;
          const times = gaps.map((gap) => (time += gap));
          const { timers, pacer, delivered, finished } = setUp(times, speed);
          let running = 0;
          for (const { wait, late, stop } of steps) {
            pacer.start();
            if (late) timers.sleep(wait);
            timers.pass(late ? 0 : wait);
            running += wait;
            assert.ok((delivered.at(-1) ?? 0) <= running * speed + 1e-3);
            if (stop) pacer.stop();
          }
          pacer.start();
          timers.pass(1e6);
          assert.deepEqual(delivered, times);
          assert.ok(finished() >= 1);
        },
      ),
    );
  });
});
