/** Recipes on record: versions, approvals, and what else of them the records answer for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ErrorCode } from '../../app/contract/errors.ts';
import { issueFor, makeBed, passUnit, refuses, sha256, start } from './support.ts';

const text = (version: number) => JSON.stringify({ name: 'acme', model: 'BM-1', retries: version });
const save = (version: number, name = 'acme') => ({ name, text: text(version), actor: 'erin' });
const approve = (version: number, name = 'acme') => ({ name, version, profileHash: sha256('profile'), actor: 'erin' });

test('each new text is the next version, the same text is the one that is there, and names count apart', async (t) => {
  const { ledger, clock } = await makeBed(t);
  assert.deepEqual(await ledger.saveRecipe(save(1)), { version: 1 });
  clock.advance(1000);
  assert.deepEqual(await ledger.saveRecipe(save(2)), { version: 2 });
  assert.deepEqual(await ledger.saveRecipe(save(1)), { version: 1 });
  assert.deepEqual(await ledger.saveRecipe(save(1, 'other')), { version: 1 });
  const list = await ledger.recipes();
  assert.deepEqual(
    list.map(({ name, version, hash, inUse, retired, approvedAt }) => [
      name,
      version,
      hash,
      inUse,
      retired,
      approvedAt,
    ]),
    [
      ['acme', 1, sha256(text(1)), false, false, null],
      ['acme', 2, sha256(text(2)), false, false, null],
      ['other', 1, sha256(text(1)), false, false, null],
    ],
  );
  assert.deepEqual([list[1]?.text, list[1]?.madeBy, list[1]?.madeAt], [text(2), 'erin', '2026-11-21T08:00:01.000Z']);
  const { rows } = await ledger.listAudit({ limit: 10, offset: 0 });
  assert.equal(
    rows.filter(({ entry }) => entry === 'recipe.saved').length,
    4,
    'saving what is there is on record, too',
  );
});

test('one version of a name is in use: the last approved, also an older one; retiring ends it', async (t) => {
  const { ledger } = await makeBed(t);
  for (const version of [1, 2]) await ledger.saveRecipe(save(version));
  const standing = async () =>
    (await ledger.recipes()).map(({ inUse, retired, approvedBy }) => [inUse, retired, approvedBy]);
  await assert.rejects(ledger.approveRecipe(approve(3)), refuses('recipe.notFound'));
  await assert.rejects(ledger.retireRecipe({ name: 'acme', actor: 'erin' }), refuses('recipe.notFound'), 'not in use');
  await ledger.approveRecipe(approve(1));
  assert.deepEqual(await standing(), [
    [true, false, 'erin'],
    [false, false, null],
  ]);
  await ledger.approveRecipe({ ...approve(2), actor: 'emil' });
  assert.deepEqual(await standing(), [
    [false, false, 'erin'],
    [true, false, 'emil'],
  ]);
  await ledger.approveRecipe({ ...approve(1), actor: 'emil' });
  assert.deepEqual(await standing(), [
    [true, false, 'emil'],
    [false, false, 'emil'],
  ]);
  await ledger.retireRecipe({ name: 'acme', actor: 'erin' });
  assert.deepEqual(await standing(), [
    [false, true, 'emil'],
    [false, true, 'emil'],
  ]);
  await assert.rejects(ledger.retireRecipe({ name: 'acme', actor: 'erin' }), refuses('recipe.notFound'));
  await ledger.approveRecipe(approve(2));
  assert.equal((await ledger.recipes())[1]?.inUse, true, 'a retired recipe may be approved again');
  const { rows } = await ledger.listAudit({ limit: 5, offset: 0 });
  assert.deepEqual(
    rows.map(({ entry, actor, data }) => [entry, actor, data.version]),
    [
      ['recipe.approved', 'erin', 2],
      ['recipe.retired', 'erin', 1],
      ['recipe.approved', 'emil', 1],
      ['recipe.approved', 'emil', 2],
      ['recipe.approved', 'erin', 1],
    ],
  );
});

test('the mark of the recipe is on the attempt, in journal and audit log', async (t) => {
  const { ledger } = await makeBed(t);
  const recipe = { name: 'acme', version: 2, hash: '0badcafe' };
  await ledger.startAttempt({ ...start('U-1'), recipe });
  const { journal } = await ledger.showUnit('U-1');
  assert.deepEqual(journal[0]?.data.recipe, recipe);
  const { rows } = await ledger.listAudit({ limit: 1, offset: 0 });
  assert.deepEqual([rows[0]?.entry, rows[0]?.data.recipe], ['attempt.started', recipe]);
});

test('an order keeps the name of its recipe', async (t) => {
  const { ledger } = await makeBed(t);
  const order = { model: 'BM-1', quantity: 1, profile: 'p', activate: true, actor: 'x' };
  assert.equal((await ledger.makeOrder({ ...order, orderId: 'NAMED', recipe: 'acme' })).recipe, 'acme');
  assert.equal((await ledger.activeOrder())?.recipe, 'acme');
  assert.equal((await ledger.order('NAMED')).recipe, 'acme');
  assert.equal((await ledger.order('WO-1')).recipe, null);
  await assert.rejects(ledger.order('NONE'), refuses('order.notFound'));
});

test('when the golden unit last passed; that it failed does not count', async (t) => {
  const bed = await makeBed(t);
  const { ledger, clock } = bed;
  await passUnit(bed, 'GOLD');
  const look = { unitSerial: 'GOLD', attempt: 0, step: null, actor: 'ola', ms: 5 };
  assert.equal(await ledger.goldenPassedAt('GOLD'), null, 'passing as a unit is not passing as the golden one');
  await ledger.journal({ ...look, entry: 'golden.passed', data: {} });
  const passedAt = clock.now().toISOString();
  clock.advance(60_000);
  const error = { code: 'link.lost', detail: '' } as const;
  await ledger.journal({ ...look, entry: 'golden.failed', data: { error, step: 'verify' } });
  assert.equal(await ledger.goldenPassedAt('GOLD'), passedAt);
  const { state, attempts } = await ledger.showUnit('GOLD');
  assert.deepEqual([state, attempts], ['passed', 1], 'it stays where it stood');
  assert.deepEqual(await ledger.integrityCheck(), []);
});

test('a thing is called what its device was told with that very certificate, else by its unit serial', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  const nameOf = async (unitSerial: string) =>
    (await ledger.batchCandidates({ unitSerials: [unitSerial] }))[0]?.thingName;
  const told = (unitSerial: string, attempt: number, thingName: string, certificateId: string) =>
    ledger.journal({
      unitSerial,
      attempt,
      entry: 'step.done',
      step: 'install',
      actor: 'ola',
      data: { thingName, certificateId, bytes: 1 },
    });
  await passUnit(bed, 'PLAIN');
  assert.equal(await nameOf('PLAIN'), 'PLAIN');
  const { attempt, certificateId } = await issueFor(bed, 'TOLD');
  await told('TOLD', attempt, 'first', certificateId);
  await told('TOLD', attempt, 'acme-TOLD', certificateId);
  await told('TOLD', attempt, 'of-another', sha256('another certificate'));
  await ledger.endAttempt({ unitSerial: 'TOLD', attempt, outcome: 'PASS', actor: 'ola', ms: 1 });
  assert.equal(await nameOf('TOLD'), 'acme-TOLD');
});

test('station errors in a row: what stops the bench by itself does not count, a wrong signature counts at once', async (t) => {
  const { ledger } = await makeBed(t);
  let unit = 0;
  const end = async (code: ErrorCode) => {
    unit += 1;
    const unitSerial = `U-${unit}`;
    const { attempt } = await ledger.startAttempt(start(unitSerial));
    const outcome = code === 'link.lost' ? 'FAIL' : 'ERROR';
    await ledger.endAttempt({ unitSerial, attempt, outcome, actor: 'x', ms: 1, error: { code, detail: '' } });
    return ledger.errorsInARow();
  };
  assert.equal(await end('ca.signFailed'), 1);
  assert.equal(await end('ca.locked'), 1);
  assert.equal(await end('policy.interlock'), 1);
  assert.equal(await end('station.suspended'), 1);
  for (const code of ['link.noPort', 'link.noise', 'link.booting', 'link.wrongFirmware', 'link.otherProgram'] as const)
    assert.equal(await end(code), 1, `${code} is of one slot`);
  assert.equal(await end('ca.signFailed'), 2);
  assert.equal(await end('link.lost'), 0, 'a unit that fails proves that the station works');
  assert.ok((await end('ca.mismatch')) >= 2);
  await ledger.audit({ entry: 'bench.released', actor: 'erin', subject: 'bench', data: {} });
  assert.equal(await ledger.errorsInARow(), 0);
});

test('the time nobody doubts: the last attempt that began, or an engineer; not what a wrong clock wrote besides', async (t) => {
  const { ledger, clock } = await makeBed(t);
  const made = clock.now().toISOString();
  assert.equal(await ledger.trustedAt(), made, 'when the station was made');
  clock.advance(60_000);
  const { attempt } = await ledger.startAttempt(start('U-1'));
  const began = clock.now().toISOString();
  clock.advance(400 * 86_400_000);
  await ledger.endAttempt({ unitSerial: 'U-1', attempt, outcome: 'ERROR', actor: 'x', ms: 1 });
  await ledger.audit({ entry: 'session.closed', actor: 'ola', subject: 'kiosk', data: {} });
  assert.equal(await ledger.trustedAt(), began);
  await ledger.audit({ entry: 'bench.released', actor: 'erin', subject: 'bench', data: {} });
  assert.equal(await ledger.trustedAt(), clock.now().toISOString());
});
