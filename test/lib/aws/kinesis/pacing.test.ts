import assert from 'node:assert/strict';
import { faultOf } from '../../../../lib/aws/kinesis/fault';
import { ReadPacing } from '../../../../lib/aws/kinesis/ReadPacing';

describe('ReadPacing', () => {
  const some = { bytes: 1000, records: 10, millisBehindLatest: 0 };
  const none = { bytes: 0, records: 0, millisBehindLatest: 0 };

  it('reads five times a second while there are records, or should be', () => {
    const pacing = new ReadPacing(5000);
    assert.equal(pacing.next(some), 200);
    assert.equal(pacing.next({ ...none, millisBehindLatest: 1 }), 200);
  });

  it('lets two mebibytes a second through', () => {
    assert.equal(new ReadPacing(1000).next({ ...some, bytes: 10 * 1024 * 1024 }), 5000);
  });

  it('waits longer with each empty read, up to its bound, and forgets that with the next record', () => {
    const pacing = new ReadPacing(1000);
    assert.deepEqual(
      Array.from({ length: 5 }, () => pacing.next(none)),
      [200, 400, 800, 1000, 1000],
    );
    pacing.next(some);
    assert.equal(pacing.next(none), 200);
  });
});

describe('faultOf', () => {
  const named = (name: string) => Object.assign(new Error('x'), { name });
  const cases: [unknown, string][] = [
    [named('ExpiredIteratorException'), 'expired'],
    [named('ProvisionedThroughputExceededException'), 'throttled'],
    [named('LimitExceededException'), 'throttled'],
    [named('KMSThrottlingException'), 'throttled'],
    [named('ResourceNotFoundException'), 'missing'],
    [named('InvalidArgumentException'), 'invalid'],
    [named('ValidationException'), 'invalid'],
    [named('LeaseTableError'), 'invalid'],
    [named('AccessDeniedException'), 'denied'],
    [named('CredentialsProviderError'), 'denied'],
    [named('UnrecognizedClientException'), 'denied'],
    [named('InternalFailure'), 'unreachable'],
    [named('TimeoutError'), 'unreachable'],
    [Object.assign(new Error('x'), { code: 'ECONNRESET' }), 'unreachable'],
    ['text', 'unreachable'],
    [undefined, 'unreachable'],
  ];
  for (const [error, fault] of cases) {
    it(`calls ${error instanceof Error ? error.name : String(error)} ${fault}`, () => {
      assert.equal(faultOf(error), fault);
    });
  }
});
