import assert from 'node:assert/strict';
import { Backoff } from '../../../lib/aws/Backoff';
import { isThrottling, isTransient } from '../../../lib/aws/retry';
import { sleep } from '../../../lib/aws/sleep';

describe('isTransient', () => {
  const error = (name: string, more: object = {}) => Object.assign(new Error(name), { name, ...more });
  const answered = (name: string, httpStatusCode: number) => error(name, { $metadata: { httpStatusCode } });

  const passing = [
    answered('ThrottledException', 429),
    answered('Throttling', 400),
    answered('ProvisionedThroughputExceededException', 400),
    answered('InternalErrorException', 500),
    answered('ServiceUnavailable', 503),
    answered('LimitExceededException', 400),
    answered('SyntaxError', 200),
    error('TimeoutError'),
    error('Error', { code: 'ERR_HTTP2_GOAWAY_SESSION' }),
    error('Error', { code: 'ECONNREFUSED' }),
  ];
  for (const each of passing) it(`waits out ${each.name}`, () => assert.ok(isTransient(each)));

  const lasting = [
    answered('NotFoundException', 404),
    answered('InvalidParameterException', 400),
    answered('AuthorizationErrorException', 403),
    error('CredentialsProviderError'),
    'text',
    undefined,
  ];
  for (const each of lasting) it(`gives up on ${String(each)}`, () => assert.ok(!isTransient(each)));
});

describe('isThrottling', () => {
  it('knows the words of every service for it', () => {
    const names = [
      'ThrottledException',
      'KMSThrottlingException',
      'ProvisionedThroughputExceededException',
      'LimitExceededException',
      'TooManyRequestsException',
      'SlowDown',
    ];
    assert.deepEqual(names.filter(isThrottling), names);
    assert.ok(!isThrottling('InternalFailure'));
  });
});

describe('Backoff', () => {
  it('doubles its bound with each failure up to the longest, and starts over after a success', () => {
    const backoff = new Backoff(5000, () => 1);
    const waits = Array.from({ length: 2000 }, () => backoff.next());
    assert.deepEqual(waits.slice(0, 7), [100, 200, 400, 800, 1600, 3200, 5000]);
    assert.equal(waits.at(-1), 5000);
    backoff.reset();
    assert.equal(backoff.next(), 100);
  });

  it('waits anything from nothing to its bound', () => {
    assert.equal(new Backoff(5000, () => 0).next(), 0);
    assert.equal(new Backoff(5000, () => 0.25).next(), 25);
  });
});

describe('sleep', () => {
  const hour = 3_600_000;

  it('ends when the signal says so', async () => {
    const stop = new AbortController();
    const asleep = sleep(hour, stop.signal);
    stop.abort();
    await asleep;
    await sleep(hour, stop.signal);
  });

  it('ends by itself', () => sleep(1, new AbortController().signal));
});
