/** Each act leaves its trace in the same commit: who did what, to what, with which facts; and what changes nothing leaves none. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { hashCheaply } from '../../app/records/people/pins.ts';
import { type Bed, derOf, keyOf, makeBed, orderId, sha256, start } from './support.ts';

const actor = 'erin';

/** What an act adds to the audit log, and to the journal of a unit. */
function tracesOf({ ledger }: Bed) {
  const auditOf = async () => (await ledger.searchAudit({ descending: false, limit: 500 })).rows;
  const journalOf = async (unitSerial: string) => (await ledger.showUnit(unitSerial)).journal;
  const audited = async (act: () => Promise<unknown>) => {
    const before = (await auditOf()).length;
    await act();
    return (await auditOf()).slice(before).map(({ entry, subject, actor: by, data }) => [entry, subject, by, data]);
  };
  const both = async (unitSerial: string, act: () => Promise<unknown>) => {
    const before = (await journalOf(unitSerial)).length;
    const audit = await audited(act);
    const journal = (await journalOf(unitSerial)).slice(before);
    return { audit, journal: journal.map(({ entry, actor: by, data }) => [entry, by, data]) };
  };
  return { audited, both };
}

const bedOf = async (t: TestContext) => {
  const bed = await makeBed(t);
  return { bed, ledger: bed.ledger, ...tracesOf(bed) };
};

test('an order that is paused, resumed, changed or registered otherwise', async (t) => {
  const { ledger, audited } = await bedOf(t);
  const act = { orderId, actor };
  assert.deepEqual(await audited(() => ledger.pauseOrder(act)), [['order.paused', orderId, actor, {}]]);
  assert.deepEqual(await audited(() => ledger.pauseOrder(act)), [], 'it is paused');
  assert.deepEqual(await audited(() => ledger.resumeOrder(act)), [['order.resumed', orderId, actor, {}]]);
  assert.deepEqual(await audited(() => ledger.resumeOrder(act)), [], 'it goes on');
  const terms = { quantity: 7, dueAt: null, endsAt: '2026-12-01T00:00:00.000Z' };
  assert.deepEqual(await audited(() => ledger.changeOrder({ ...act, ...terms })), [
    ['order.changed', orderId, actor, terms],
  ]);
  assert.deepEqual(await audited(() => ledger.setOrderRegistration({ ...act, registration: null })), [
    ['order.registration', orderId, actor, { registration: null }],
  ]);
});

test('a view, a document and a badge', async (t) => {
  const { ledger, audited } = await bedOf(t);
  hashCheaply();
  const { personId } = await ledger.addPerson({ name: 'Q', badge: 'QA-1', pin: '482913', role: 'qa', actor });
  const view = { list: 'units', name: 'Mine', filter: 'state=failed', actor } as const;
  const seen = { list: view.list, filter: view.filter };
  let viewId = 0;
  const save = async (shared: boolean) => {
    ({ viewId } = await ledger.saveView({ ...view, personId, shared }));
  };
  for (const shared of [false, true]) {
    assert.deepEqual(await audited(() => save(shared)), [['view.saved', 'Mine', actor, { ...seen, shared }]]);
    assert.deepEqual(await audited(() => ledger.removeView({ viewId, personId, actor })), [
      ['view.removed', 'Mine', actor, { ...seen, shared }],
    ]);
  }
  const document = { kind: 'policy', name: 'line' } as const;
  const saved = (text: string) => () => ledger.saveDocument({ ...document, form: 'json', text, actor });
  const hash = (text: string) => sha256(text);
  for (const [text, version] of [
    ['{}', 1],
    ['{}', 1],
    ['{ }', 2],
  ] as const)
    assert.deepEqual(await audited(saved(text)), [
      ['document.saved', 'line', actor, { kind: 'policy', version, hash: hash(text) }],
    ]);
  assert.deepEqual(await audited(() => ledger.retireDocument({ ...document, actor })), [
    ['document.retired', 'line', actor, { kind: 'policy', version: 2 }],
  ]);
  assert.deepEqual(await audited(() => ledger.replaceBadge({ personId, badge: 'QA-2', reason: 'lost', actor })), [
    ['person.badgeReplaced', 'QA-2', actor, { personId, before: 'QA-1', reason: 'lost' }],
  ]);
});

test('what AWS is asked for, what it made, refused or never said, in the log and in the story of the unit', async (t) => {
  const { ledger, both } = await bedOf(t);
  const target = 'eu';
  const attempts = new Map<string, number>();
  const begin = async (unitSerial: string) =>
    attempts.set(unitSerial, (await ledger.startAttempt(start(unitSerial))).attempt);
  let requestId = 0;
  const ask = (unitSerial: string, template?: string) => async () => {
    const facts = { spkiSha256: keyOf(unitSerial), profile: 'aws-iot-device', request: { isCaKey: false } };
    const attempt = attempts.get(unitSerial) ?? 0;
    requestId = await ledger.askAws({ unitSerial, attempt, actor, target, ...(template && { template }), ...facts });
  };
  for (const unitSerial of ['U1', 'U2', 'U3']) await begin(unitSerial);
  const facts = { spkiSha256: keyOf('U1'), profile: 'aws-iot-device' };
  const certificateId = sha256(derOf('a1'));
  assert.deepEqual(await both('U1', ask('U1', 'fleet')), {
    audit: [['aws.asked', 'U1', actor, { attempt: 1, target, template: 'fleet', ...facts }]],
    journal: [['certificate.asked', actor, { target, template: 'fleet' }]],
  });
  assert.deepEqual(await both('U1', () => ledger.recordAwsMade({ requestId, certificateId })), {
    audit: [['aws.made', 'U1', actor, { attempt: 1, target, certificateId }]],
    journal: [['certificate.made', actor, { target, certificateId }]],
  });
  const thing = { thingName: 'thing-1' };
  const issued = {
    ...{ requestId, serialHex: 'a1', der: derOf('a1'), tbsDer: derOf('tbs'), certificateId, thing: thing as never },
    ...{ subject: 'CN=AWS', notBeforeAt: '2026-11-20T08:00:00Z', notAfterAt: '2049-12-31T23:59:59Z' },
  };
  assert.deepEqual(await both('U1', () => ledger.recordAwsIssued(issued)), {
    audit: [['aws.issued', 'a1', actor, { certificateId, unitSerial: 'U1', target, ...thing }]],
    journal: [['certificate.issued', actor, { serialHex: 'a1', certificateId }]],
  });
  await ask('U2')();
  const reason = 'cloud.denied: no';
  assert.deepEqual(await both('U2', () => ledger.refuseAwsRequest({ requestId, reason })), {
    audit: [['aws.refused', 'U2', actor, { attempt: 1, target, reason }]],
    journal: [['certificate.notMade', actor, { target, reason }]],
  });
  await ask('U3')();
  await ledger.recordAwsMade({ requestId, certificateId: sha256('lost') });
  const end = { unitSerial: 'U3', attempt: 1, outcome: 'ERROR', actor, ms: 5 } as const;
  const { audit, journal } = await both('U3', () => ledger.endAttempt(end));
  const lost = { target, certificateId: sha256('lost') };
  assert.deepEqual(audit.map(([entry, subject, by]) => [entry, subject, by])[0], ['aws.lost', 'U3', actor]);
  assert.deepEqual(journal.map(([entry, by]) => [entry, by]).slice(0, 1), [['certificate.lost', actor]]);
  for (const data of [audit[0]?.[3], journal[0]?.[2]]) {
    const { target: of, certificateId: made } = data as typeof lost;
    assert.deepEqual({ target: of, certificateId: made }, lost);
  }
});

test('a claim from its key to its end, with how many units have it', async (t) => {
  const { ledger, audited, both } = await bedOf(t);
  const place = { orderId, target: 'eu', template: 'fleet' };
  const certificateId = sha256(derOf('claim'));
  let claimId = 0;
  const begin = async () => {
    claimId = await ledger.beginClaim({
      ...place,
      spkiSha256: sha256('claim'),
      keyPem: '-----BEGIN ENCRYPTED PRIVATE KEY-----',
      actor,
    });
  };
  const [begun, ...others] = await audited(begin);
  const subject = String(claimId);
  assert.deepEqual([begun, others], [['claim.begun', subject, actor, { ...place, spkiSha256: sha256('claim') }], []]);
  assert.deepEqual(
    await audited(() => ledger.recordClaimCertificate({ claimId, certificateId, der: derOf('claim'), actor })),
    [['claim.certified', subject, actor, { certificateId }]],
  );
  assert.deepEqual(await audited(() => ledger.activateClaim({ claimId, actor })), [
    ['claim.made', subject, actor, { ...place, certificateId }],
  ]);
  const { attempt } = await ledger.startAttempt(start('U1'));
  const { target, template } = place;
  assert.deepEqual(await both('U1', () => ledger.giveClaim({ unitSerial: 'U1', attempt, claimId, actor })), {
    audit: [],
    journal: [['claim.given', actor, { claimId, certificateId, target, template }]],
  });
  const counts = { units: 1, registered: 0 };
  assert.deepEqual(await audited(() => ledger.askClaimRevocation({ claimId, actor })), [
    ['claim.retired', subject, actor, counts],
    ['claim.revokeAsked', subject, actor, counts],
  ]);
  assert.deepEqual(await audited(() => ledger.recordClaimRevoked({ claimId, state: 'revoked' })), [
    ['claim.revoked', subject, 'station', { certificateId, state: 'revoked' }],
  ]);
  const orphan = { certificateId: sha256('orphan'), target };
  assert.deepEqual(await audited(() => ledger.recordClaimOrphan({ claimId, ...orphan })), [
    ['claim.orphanRevoked', subject, 'station', orphan],
  ]);
});

test('what an account is told: lists, and rows of the hook', async (t) => {
  const { ledger, audited } = await bedOf(t);
  const place = { orderId, target: 'eu' };
  assert.deepEqual(await audited(() => ledger.listByRecipe(place)), [
    ['allowlist.asked', orderId, 'station', { target: 'eu', wanted: true }],
  ]);
  assert.deepEqual(await audited(() => ledger.listByRecipe(place)), [], 'nothing is new');
  assert.deepEqual(await audited(() => ledger.setAllowList({ ...place, wanted: false, actor })), [
    ['allowlist.asked', orderId, actor, { target: 'eu', wanted: false }],
  ]);
  const rows = ['A', 'B'].map((name) => ({ kind: 'serial' as const, name, maxUnits: null }));
  assert.deepEqual(await audited(() => ledger.beginHookRows({ target: 'eu', rows })), [], 'only what was taken counts');
  for (const [state, data] of [
    ['told', { told: 2, gone: 0 }],
    ['gone', { told: 0, gone: 2 }],
  ] as const)
    assert.deepEqual(await audited(() => ledger.noteHookRows({ target: 'eu', rows, state })), [
      ['hook.told', 'eu', 'station', data],
    ]);
});
