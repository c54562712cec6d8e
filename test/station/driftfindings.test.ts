/** The differences of a check: pages beyond what a snapshot holds, and the whole of them as a table. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { driftTable } from '../../app/contract/index.ts';
import type { CloudLink } from '../../app/station/cloud/cloudlink.ts';
import { createDriftJobs } from '../../app/station/cloud/drift.ts';
import { leapingClock } from '../registration/support.ts';

const idOf = (n: number) => n.toString(16).padStart(64, '0');
/** Ids that no certificate of the account has. */
const missingFrom = 0xf0_00_00_00;

/** An account with certificates that the records do not know, and missing units with these serials. */
async function checked(unknown: number, missing: readonly string[]) {
  const ledger = {
    authorities: async () => [{ kind: 'issuing', issuerId: 'ca' }],
    recordedCertificates: async () => [],
    registeredUnits: async ({ after }: { after: string }) =>
      after === ''
        ? missing.map((unitSerial, n) => ({ certificateId: idOf(missingFrom + n), unitSerial, thingName: null }))
        : [],
  };
  const registry = {
    certificatesOf: async () => ({
      certificates: Array.from({ length: unknown }, (_, n) => ({ certificateId: idOf(n), status: 'ACTIVE' })),
    }),
    statusOf: async () => undefined,
    thingsOf: async () => [],
  };
  const cloudLink = { targets: () => [{ name: 'main' }], cloud: async () => ({ registry }) };
  const jobs = createDriftJobs({
    ledger: ledger as unknown as Parameters<typeof createDriftJobs>[0]['ledger'],
    cloudLink: cloudLink as unknown as CloudLink,
    clock: leapingClock(),
    onChange: () => {},
  });
  await jobs.begin({ target: 'main', things: false });
  assert.equal((await jobs.running())?.state, 'done');
  return jobs;
}

test('a page holds what a snapshot leaves out, of all kinds or of one', async () => {
  const jobs = await checked(1201, ['SN-1']);
  assert.equal(jobs.snapshot().check?.findings.length, 501);
  assert.deepEqual(
    jobs.findings({ kind: 'unknown', after: 1200, limit: 50 }).rows.map(({ certificateId }) => certificateId),
    [idOf(1200)],
  );
  assert.equal(jobs.findings({ kind: 'missing', after: 0, limit: 50 }).total, 1);
  assert.equal(jobs.findings({ after: 0, limit: 500 }).total, 1202);
});

test('the table has every difference once, and no cell that a spreadsheet takes for a formula', async () => {
  const jobs = await checked(1000, ['=1+1', 'SN,"2"']);
  const textOf = async (form: 'csv' | 'jsonl') => {
    let text = '';
    for await (const part of driftTable(async (page) => jobs.findings(page), form)) text += part;
    return text;
  };
  const lines = (await textOf('csv')).split('\r\n');
  assert.equal(lines[0], 'kind,certificateId,unitSerial,found');
  assert.equal(lines.length, 1 + 1002 + 1);
  assert.equal(new Set(lines).size, lines.length);
  assert.match(lines[1001] ?? '', /^missing,0+f0+,'=1\+1,not in AWS$/);
  assert.match(lines[1002] ?? '', /^missing,0+f0+1,"SN,""2""",not in AWS$/);
  const rows = (await textOf('jsonl'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { unitSerial: unknown });
  assert.equal(rows.length, 1002);
  assert.equal(rows.at(-2)?.unitSerial, '=1+1');
});

test('a new check begins with none', async () => {
  const jobs = await checked(3, []);
  await jobs.begin({ target: 'main', things: false });
  await jobs.running();
  assert.equal(jobs.findings({ after: 0, limit: 500 }).total, 3);
});
