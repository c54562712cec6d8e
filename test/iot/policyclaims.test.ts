import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkPolicy } from '../../app/iot/policies/check.ts';

const prefix = 'arn:aws:iot:eu-west-1:123456789012:';
const policy = (...statements: object[]) => ({ Version: '2012-10-17', Statement: statements });
const allow = (Action: string | string[], Resource: string | string[], more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
const check = (document: unknown) => checkPolicy(JSON.stringify(document, null, 1));
const warnings = (document: unknown) => check(document).warnings.map(({ path, message }) => `${path} ${message}`);

describe('claim policies', () => {
  const topics = (type: string, names: string[]) => names.map((name) => `${prefix}${type}/$aws/${name}`);
  const claim = (names: string[], heard = names) =>
    policy(
      allow('iot:Connect', `${prefix}client/claim-1`),
      allow(['iot:Publish', 'iot:Receive'], topics('topic', names)),
      allow('iot:Subscribe', topics('topicfilter', heard)),
    );
  const keys = 'certificates/create/*';
  const csr = 'certificates/create-from-csr/*';
  const provision = 'provisioning-templates/fleet/provision/*';

  test("the guide's own misses the topics of a CSR", () => {
    assert.match(warnings(claim([keys, provision])).join(), /key of its own cannot ask/);
    assert.deepEqual(warnings(claim([keys, csr, provision])), []);
    assert.deepEqual(warnings(claim([csr, provision])), [], 'a CSR alone is fine');
  });

  test('both halves are needed, and the answers', () => {
    assert.match(warnings(claim([csr])).join(), /never activated/);
    assert.match(warnings(claim([provision])).join(), /create-from-csr/);
    assert.match(warnings(claim(['certificates/*'])).join(), /never activated/);
    assert.deepEqual(warnings(claim(['certificates/*', provision])), []);
    assert.match(
      warnings(claim([csr, provision], [csr])).join(),
      /iot:Subscribe is not allowed for .*fleet\/provision\/json\/accepted/,
    );
    const exact = ['certificates/create-from-csr/json', 'provisioning-templates/fleet/provision/json'];
    assert.match(warnings(claim(exact, [csr, provision])).join(), /iot:Receive is not allowed for .*json\/accepted/);
  });
});
