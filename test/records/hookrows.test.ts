/** What the hook of an account is to be told of claims and their units, whatever answers are lost. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Bed, derOf, keyOf, makeBed, orderId, sha256, start } from './support.ts';

const actor = 'erin';
const place = { orderId, target: 'eu', template: 'fleet' };
const keyPem = '-----BEGIN ENCRYPTED PRIVATE KEY-----\nAA==\n-----END ENCRYPTED PRIVATE KEY-----\n';
const certificateId = sha256(derOf('claim'));

async function active({ ledger }: Bed): Promise<number> {
  const claimId = await ledger.beginClaim({ ...place, spkiSha256: sha256('claim'), keyPem, actor });
  await ledger.recordClaimCertificate({ claimId, certificateId, der: derOf('claim'), actor });
  await ledger.activateClaim({ claimId, actor });
  return claimId;
}

async function given({ ledger }: Bed, unitSerial: string, claimId: number, outcome: 'PASS' | 'FAIL'): Promise<void> {
  const { attempt } = await ledger.startAttempt(start(unitSerial));
  await ledger.giveClaim({ unitSerial, attempt, claimId, actor });
  await ledger.endAttempt({ unitSerial, attempt, outcome, actor, ms: 5 });
}

/** The account's table, told page by page: names, and a claim's limit behind its name. */
function accountOf({ ledger }: Bed) {
  const rows = new Map<string, string>();
  const { target, template } = place;
  /** One page. `lost`: the account takes it, and the station does not learn that it has. */
  const tell = async (lost = false): Promise<boolean> => {
    const gone = await ledger.hookRowsToGo({ target, limit: 2 });
    const due = gone.length > 0 ? [] : await ledger.dueHookRows({ target, template, limit: 2 });
    if (due.length > 0) await ledger.beginHookRows({ target, rows: due });
    for (const { name } of gone) rows.delete(name);
    for (const { name, maxUnits } of due) rows.set(name, maxUnits === null ? name : `limit ${maxUnits}`);
    if (lost || gone.length + due.length === 0) return false;
    await ledger.noteHookRows({
      target,
      ...(gone.length > 0 ? { rows: gone, state: 'gone' } : { rows: due, state: 'told' }),
    });
    return true;
  };
  const settle = async () => {
    for (let pages = 0; await tell(); pages += 1) assert.ok(pages < 100, 'it comes to an end');
  };
  return { tell, settle, now: () => [...rows.values()].sort() };
}

test('a limit is the quantity of the order, or what a person says, and after its end the units that have the claim', async (t) => {
  const bed = await makeBed(t, { quantity: 5 });
  const account = accountOf(bed);
  const claimId = await active(bed);
  const limits = async () => {
    await account.settle();
    return [account.now()[0], (await bed.ledger.claimAllowance({ claimId }))?.maxUnits];
  };
  assert.deepEqual(await limits(), ['limit 5', 5]);
  await bed.ledger.limitClaim({ claimId, maxUnits: 3 });
  assert.deepEqual(await limits(), ['limit 3', 3]);
  await given(bed, 'A', claimId, 'PASS');
  await given(bed, 'B', claimId, 'FAIL');
  await bed.ledger.retireClaim({ claimId, actor });
  assert.deepEqual(await limits(), ['A', 2]);
  assert.deepEqual(account.now(), ['A', 'limit 2'], 'a unit that failed is not let in');
  await bed.ledger.askClaimRevocation({ claimId, actor });
  await account.settle();
  assert.deepEqual(account.now(), []);
});

test('a unit for which the station speaks is listed while AWS is asked', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  const account = accountOf(bed);
  const { attempt } = await ledger.startAttempt(start('U1'));
  const { target, template } = place;
  const ask = {
    unitSerial: 'U1',
    attempt,
    actor,
    target,
    template,
    spkiSha256: keyOf('U1'),
    profile: 'aws-iot-device',
  };
  const requestId = await ledger.askAws({ ...ask, request: { isCaKey: false } });
  await account.settle();
  assert.deepEqual(account.now(), ['U1']);
  await ledger.refuseAwsRequest({ requestId, reason: 'the hook says no' });
  await account.settle();
  assert.deepEqual(account.now(), []);
  assert.deepEqual(await ledger.hookWork(), []);
});

test('whatever happens, and whatever answers are lost, the hook ends with what the records say', async (t) => {
  const units = ['A', 'B', 'C'];
  const act = fc.oneof(
    fc.record({
      act: fc.constantFrom('pass' as const, 'fail' as const, 'scrap' as const),
      unit: fc.constantFrom(...units),
    }),
    fc.record({ act: fc.constantFrom('retire' as const, 'revoke' as const) }),
    fc.record({ act: fc.constant('tell' as const), lost: fc.boolean() }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 12 }), async (acts) => {
      const bed = await makeBed(t, { quantity: 9 });
      const { ledger } = bed;
      const account = accountOf(bed);
      const claimId = await active(bed);
      const [had, passed, scrapped] = [new Set<string>(), new Set<string>(), new Set<string>()];
      let state = 'active';
      for (const one of acts) {
        if (one.act === 'tell') await account.tell(one.lost);
        if (
          (one.act === 'pass' || one.act === 'fail') &&
          state === 'active' &&
          !passed.has(one.unit) &&
          !scrapped.has(one.unit)
        ) {
          await given(bed, one.unit, claimId, one.act === 'pass' ? 'PASS' : 'FAIL');
          had.add(one.unit);
          if (one.act === 'pass') passed.add(one.unit);
        }
        if (one.act === 'scrap' && had.has(one.unit) && !scrapped.has(one.unit)) {
          await ledger.scrapUnit({ unitSerial: one.unit, reason: 'x', actor, agreedBy: 'quinn' });
          scrapped.add(one.unit);
        }
        if (one.act === 'retire' && state === 'active') {
          await ledger.retireClaim({ claimId, actor });
          state = 'retired';
        }
        if (one.act === 'revoke' && state !== 'revoked') {
          await ledger.askClaimRevocation({ claimId, actor });
          state = 'revoked';
        }
      }
      await account.settle();
      const good = [...passed].filter((unit) => !scrapped.has(unit));
      const limit = `limit ${state === 'active' ? 9 : had.size}`;
      assert.deepEqual(account.now(), state === 'revoked' ? [] : [...good, limit].sort());
    }),
    { numRuns: 15 },
  );
});
