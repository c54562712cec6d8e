/** What an AWS error becomes when AWS gives it no name that the station knows. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { StationError } from '../../app/contract/errors.ts';
import { cloudError, isPassing, required } from '../../app/registration/failure.ts';

const answered = (httpStatusCode: number, name = 'SomethingNew') => ({
  name,
  message: 'why',
  $metadata: { httpStatusCode },
});
const codeOf = (error: unknown) => cloudError(error, 'Act').code;

describe('an error of AWS', () => {
  test('without a known name goes by its status', () => {
    const expected = {
      200: 'cloud.badAnswer',
      399: 'cloud.badAnswer',
      400: 'cloud.refused',
      401: 'cloud.denied',
      402: 'cloud.refused',
      403: 'cloud.denied',
      404: 'cloud.refused',
      428: 'cloud.refused',
      429: 'cloud.throttled',
      430: 'cloud.refused',
      499: 'cloud.refused',
      500: 'cloud.unreachable',
      503: 'cloud.unreachable',
    };
    for (const [status, code] of Object.entries(expected)) assert.equal(codeOf(answered(Number(status))), code, status);
    assert.equal(codeOf(answered(403, 'SlowDown')), 'cloud.throttled', 'a known name outweighs it');
    assert.equal(codeOf(answered(404, 'toString')), 'cloud.refused');
  });

  test('of the network is known by its code or its cause', () => {
    for (const code of ['ECONNREFUSED', 'CERT_HAS_EXPIRED', 'SELF_SIGNED_CERT_IN_CHAIN']) {
      assert.equal(codeOf(Object.assign(new Error('x'), { code })), 'cloud.unreachable', code);
      assert.equal(codeOf(new TypeError('fetch failed', { cause: { code } })), 'cloud.unreachable', code);
    }
    for (const error of [new Error('x'), { code: 7 }, { code: 'nothing known' }, undefined, null])
      assert.equal(codeOf(error), 'cloud.badAnswer');
  });

  test('says which act, and what the support of AWS asks for', () => {
    const error = cloudError(
      { ...answered(404), $metadata: { httpStatusCode: 404, requestId: 'r-1' } },
      'DescribeThing',
    );
    const data = { operation: 'DescribeThing', awsError: 'SomethingNew', httpStatus: 404, requestId: 'r-1' };
    assert.deepEqual([error.data, error.detail], [data, 'DescribeThing ended with SomethingNew: why']);
    const bare = cloudError(new Error(''), 'Act');
    assert.deepEqual([bare.data, bare.detail], [{ operation: 'Act', awsError: 'Error' }, 'Act ended with Error']);
    assert.equal(cloudError(new Error('x'.repeat(1000)), 'Act').detail, `Act ended with Error: ${'x'.repeat(300)}`);
  });

  test('about credentials keeps its text to itself', () => {
    assert.equal(
      cloudError(answered(403, 'ExpiredToken'), 'Act').detail,
      'Act ended with ExpiredToken: they have expired, get new ones',
    );
  });

  test("of the station passes as it is, and a fired signal outweighs AWS's", () => {
    const own = new StationError('cloud.bucket', 'x');
    assert.equal(cloudError(own, 'Act', AbortSignal.abort()), own);
    assert.equal(cloudError(answered(503), 'Act', AbortSignal.abort()).code, 'call.cancelled');
    assert.equal(cloudError(answered(503), 'Act', new AbortController().signal).code, 'cloud.unreachable');
  });

  test('passes by itself when AWS is busy or away', () => {
    const passing = ['cloud.throttled', 'cloud.unreachable'] as const;
    for (const code of passing) assert.equal(isPassing(new StationError(code, 'x')), true);
    for (const error of [new StationError('cloud.denied', 'x'), { code: 'cloud.throttled' }, undefined])
      assert.equal(isPassing(error), false);
  });

  test('an empty member is a member, a missing one is a bad answer', () => {
    assert.equal(required('', 'Act', 'name'), '');
    assert.throws(() => required(undefined, 'Act', 'name'), { code: 'cloud.badAnswer' });
  });
});
