import assert from 'node:assert/strict';
import { Watermark } from '../../../lib/windows/Watermark';

const now = (steady: number, wall = 1e9) => ({ steady, wall });

describe('a watermark', () => {
  it('follows the newest record at the distance of the lateness and never goes back', () => {
    const watermark = new Watermark(100, 0, 0);
    assert.equal(watermark.at(now(0)), -Infinity);
    watermark.observe(1000, now(0));
    watermark.observe(500, now(1));
    assert.equal(watermark.at(now(1e6)), 900);
  });

  it('runs on with the clock from the newest record once nothing has come for the idle timeout', () => {
    const watermark = new Watermark(100, 50, 0);
    watermark.observe(1000, now(0));
    assert.equal(watermark.at(now(49)), 900);
    assert.equal(watermark.at(now(50)), 950);
    assert.equal(watermark.at(now(400)), 1300);
    watermark.observe(1100, now(401));
    assert.equal(watermark.at(now(402)), 1300);
  });

  it('measures silence by the steady clock, so that setting the wall clock changes nothing', () => {
    const watermark = new Watermark(0, 50, 0);
    watermark.observe(1000, now(0, 5000));
    assert.equal(watermark.at(now(10, 9_000_000)), 1000);
  });

  it('takes a time as too far ahead only when it is ahead of the clock and of the newest record', () => {
    const watermark = new Watermark(0, 0, 100);
    assert.equal(watermark.isTooFarAhead(1100, now(0, 1000)), false);
    assert.equal(watermark.isTooFarAhead(1101, now(0, 1000)), true);
    watermark.observe(1100, now(0, 1000));
    assert.equal(watermark.isTooFarAhead(1200, now(0, 1000)), false);
    assert.equal(watermark.isTooFarAhead(1201, now(0, 1000)), true);
  });

  it('takes any time when there is no limit', () => {
    assert.equal(new Watermark(0, 0, 0).isTooFarAhead(8e15, now(0, 0)), false);
  });
});
