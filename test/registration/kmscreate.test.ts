/** A key that KMS refuses to make: only where the answer is lost may there be one even so. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StationError } from '../../app/contract/errors.ts';
import { createKeyService } from '../../app/registration/index.ts';
import { practice } from '../practice/support.ts';

test('a refusal is told as it is; a lost answer says that the key may exist', async (t) => {
  const aws = await practice(t);
  const service = createKeyService({ credentials: aws.credentials });
  t.after(() => service.close());
  const place = { region: aws.region, endpointUrl: aws.endpoint, keyType: 'P-256', label: 'Root' } as const;
  const said = async (fault: Parameters<typeof aws.setFault>[0]) => {
    aws.setFault(null);
    aws.setFault(fault);
    const error = await service.makeKey(place).catch((thrown: StationError) => thrown);
    return [(error as StationError).code, /the key may exist even so/.test((error as StationError).detail)];
  };
  assert.deepEqual(await said({ kind: 'deny', operation: 'CreateKey' }), ['cloud.denied', false]);
  const lost = { kind: 'hangup', when: 'after', times: 9, operation: 'CreateKey' } as const;
  assert.deepEqual(await said(lost), ['cloud.unreachable', true]);
});
