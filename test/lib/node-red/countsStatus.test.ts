import assert from 'node:assert/strict';
import { countsStatus } from '../../../lib/node-red/countsStatus';

describe('countsStatus', () => {
  const say = (name: string, values: Record<string, string>) => `${values[name]} ${name}`;

  it('shows the first count always, the others once they are above zero', () => {
    assert.equal(countsStatus({ records: 0, failed: 0, dropped: 0 }, say, false).text, '0 records');
    assert.equal(
      countsStatus({ records: 0, failed: 0, dropped: 7 }, say, false).text,
      '0 records, 7 dropped',
    );
  });

  it('is red while the latest message has failed, not for ever', () => {
    assert.equal(countsStatus({ records: 1, failed: 1 }, say, true).fill, 'red');
    assert.equal(countsStatus({ records: 2, failed: 1 }, say, false).fill, 'green');
  });
});
