/** Who an account takes the station for and what its policies allow: questions that AWS answers in pages and in XML. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { wire } from './wire.ts';

const arn = 'arn:aws:iam::123456789012:user/factory';

const identity = (text: string) =>
  `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>${text}
  </GetCallerIdentityResult></GetCallerIdentityResponse>`;

/** A page of decisions; `more` is where the next one begins. */
const page = (decisions: Record<string, string>, more?: string) => {
  const members = Object.entries(decisions).map(
    ([action, decision]) =>
      `<member><EvalActionName>${action}</EvalActionName><EvalDecision>${decision}</EvalDecision></member>`,
  );
  const marker = more === undefined ? '' : `<Marker>${more}</Marker>`;
  return `<SimulatePrincipalPolicyResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
  <SimulatePrincipalPolicyResult><EvaluationResults>${members.join('')}</EvaluationResults>
  <IsTruncated>${more !== undefined}</IsTruncated>${marker}</SimulatePrincipalPolicyResult>
  </SimulatePrincipalPolicyResponse>`;
};

suite('an account', () => {
  test('says who asks, and an answer without it is none', async (t) => {
    const said = await wire(t, identity(`<Arn>${arn}</Arn><Account>123456789012</Account>`));
    assert.deepEqual(await said.cloud.account.identity(), { accountId: '123456789012', arn });
    assert.partialDeepStrictEqual(said.asked[0]?.body, { Action: 'GetCallerIdentity' });
    for (const half of [`<Arn>${arn}</Arn>`, '<Account>123456789012</Account>']) {
      const { cloud } = await wire(t, identity(half));
      await assert.rejects(cloud.account.identity(), { code: 'cloud.badAnswer' });
    }
  });

  test('is asked once for the actions on one resource, to the last page', async (t) => {
    const pages = [page({ 'iot:a': 'allowed', 'iot:b': 'implicitDeny' }, 'm1'), page({ 'IOT:C': 'allowed' }), page({})];
    const { cloud, asked } = await wire(t, ...pages);
    const asks = ['iot:A', 'iot:b', 'iot:C'].map((action) => ({ action, resource: '*' }));
    const verdicts = await cloud.account.simulate(arn, [...asks, { action: 'iot:A', resource: 'r' }]);
    assert.deepEqual(verdicts, [true, false, true, false]);
    const sent = asked.map(({ body }) => body as Record<string, string | undefined>);
    assert.deepEqual(
      sent.map((one) => [one['ResourceArns.member.1'], one['ActionNames.member.3'], one.Marker]),
      [
        ['*', 'iot:C', undefined],
        ['*', 'iot:C', 'm1'],
        ['r', undefined, undefined],
      ],
    );
    for (const one of sent) assert.equal(one.PolicySourceArn, arn);
  });

  test('that is closed holds no connection', async (t) => {
    const { cloud, connections } = await wire(t, page({}));
    await cloud.account.simulate(arn, [{ action: 'iot:a', resource: '*' }]);
    assert.equal(await connections(), 1);
    cloud.close();
    for (let turns = 0; turns < 200 && (await connections()) > 0; turns += 1) await new Promise(setImmediate);
    assert.equal(await connections(), 0);
  });

  test('makes its client for AWS IoT once', async (t) => {
    const { cloud, connections } = await wire(t, {});
    for (let call = 0; call < 3; call += 1) await cloud.account.listCas();
    assert.equal(await connections(), 1);
  });
});
