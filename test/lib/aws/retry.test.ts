import assert from 'node:assert/strict';
import { backoff, isTransient } from '../../../lib/aws/retry';

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

describe('backoff', () => {
  it('doubles its limit from 100 ms to 5 s', () => {
    const limits = [1, 2, 3, 6, 7, 1000].map((attempt) => backoff(attempt, () => 1));
    assert.deepEqual(limits, [100, 200, 400, 3200, 5000, 5000]);
  });

  it('waits anything below the limit', () => {
    assert.equal(
      backoff(3, () => 0.25),
      100,
    );
  });
});
