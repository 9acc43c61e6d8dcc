import assert from 'node:assert/strict';
import { settings } from '../../nodes/tumbling-window/settings';
import { TumblingWindow } from '../../nodes/tumbling-window/TumblingWindow';

const t0 = Date.UTC(2026, 0, 1);

/** Windows of ten seconds by arrival, on a clock that the test sets, in seconds after t0. */
class OnClock {
  private readonly windows: TumblingWindow;

  constructor(config: object = {}) {
    this.windows = new TumblingWindow(settings.parse(config));
  }

  /** A record or a look at the clock; gives the windows that closed as [start in seconds, count, partial]. */
  at(second: number, take = true): unknown[] {
    const now = { wall: t0 + second * 1000, steady: second * 1000 };
    const closed = this.windows.advance(now);
    if (take) this.windows.take({ msg: { payload: 1 }, record: 1, index: -1 }, now, () => undefined);
    return closed.map(({ window }) => [(window.start - t0) / 1000, window.count, window.partial]);
  }

  wait(second: number): number {
    return this.windows.wait({ wall: t0 + second * 1000, steady: second * 1000 });
  }
}

describe('tumbling-window by arrival, on a clock that is set', () => {
  it('closes a window when the clock reaches its end, not before', () => {
    const windows = new OnClock();
    windows.at(1);
    assert.deepEqual(windows.at(9.999, false), []);
    assert.deepEqual(windows.at(10, false), [[0, 1, false]]);
  });

  it('waits until the end of the window, but looks at the clock every second', () => {
    const windows = new OnClock();
    windows.at(1);
    assert.equal(windows.wait(2), 1000);
    assert.equal(windows.wait(9.75), 250);
    assert.equal(windows.wait(11), 1);
  });

  it('counts on in the open window when the clock is set back a little', () => {
    const windows = new OnClock();
    windows.at(1);
    assert.deepEqual(windows.at(11), [[0, 1, false]]);
    assert.deepEqual(windows.at(8), []);
    assert.deepEqual(windows.at(20, false), [[10, 2, false]]);
  });

  it('begins anew when the clock is set back by more than a window', () => {
    const windows = new OnClock();
    windows.at(3601);
    assert.deepEqual(windows.at(5), [[3600, 1, true]]);
    assert.deepEqual(windows.at(10, false), [[0, 1, false]]);
  });

  it('closes what is open, once, when the clock is set forward', () => {
    const windows = new OnClock({ fill: 'zero', keyExpiry: 2 });
    windows.at(1);
    assert.deepEqual(windows.at(1e7, false), [
      [0, 1, false],
      [10, 0, false],
      [20, 0, false],
    ]);
    assert.deepEqual(windows.at(1e7 + 20, false), []);
  });
});
