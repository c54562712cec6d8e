/** The printed birth record says what the records say, and cuts no word of theirs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorCodes } from '../../app/contract/errors.ts';
import { birthRecordOf } from '../../app/records/bundle/index.ts';
import { birthRecordPdf } from '../../main/exports/birthrecord.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { type Bed, makeBed, passUnit, start } from '../records/support.ts';
import { linesOfPdf } from './pdftext.ts';

const actor = 'Ola (OP-1)';

async function printed({ file }: Bed, unitSerial: string, language: 'en' | 'de' = 'en'): Promise<string[][]> {
  const sql = openSqlite(file, { readOnly: true });
  try {
    return linesOfPdf(await birthRecordPdf(birthRecordOf(sql, unitSerial), language));
  } finally {
    sql.close();
  }
}

test('each error code stands whole on a line, a long serial too, and each page says what its columns are', async (t) => {
  const bed = await makeBed(t);
  const unitSerial = `S${'0123456789'.repeat(6)}ABC`;
  for (const code of errorCodes) {
    const { attempt } = await bed.ledger.startAttempt({ ...start(unitSerial), actor });
    const error = { code, detail: '' };
    await bed.ledger.endAttempt({ unitSerial, attempt, outcome: 'ERROR', actor, ms: 1, error });
  }
  const pages = await printed(bed, unitSerial);
  const lines = pages.flat();
  assert.ok(lines.includes(unitSerial), lines.slice(0, 5).join('\n'));
  for (const code of errorCodes) assert.ok(lines.includes(code), code);
  assert.ok(pages.length > 4);
  const tables = pages.filter((page) => page.some((line) => line === 'station error' || line === 'attempt.ended'));
  for (const page of tables) assert.ok(page.includes('Attempt'), page.slice(0, 8).join(' | '));
});

test('a revoked certificate says when, by whom and why; a proof says of which attempt it is', async (t) => {
  const bed = await makeBed(t);
  const { serialHex } = await passUnit(bed, 'U-1');
  const proved = { proof: 'nonce', compared: ['certificate'], unread: [], nonce: 'ab', signature: 'cd' };
  const seen = { unitSerial: 'U-1', attempt: 1, entry: 'step.done', step: 'verify', actor, data: proved, ms: 1 };
  await bed.ledger.journal(seen as Parameters<typeof bed.ledger.journal>[0]);
  bed.clock.advance(90_000);
  await bed.ledger.revokeCertificate({ serialHex, reason: 'keyCompromise', note: 'lost in Łódź', actor });
  const { attempt } = await bed.ledger.startAttempt({ ...start('U-1'), actor });
  await bed.ledger.endAttempt({ unitSerial: 'U-1', attempt, outcome: 'ABORTED', actor, ms: 1 });
  const lines = (await printed(bed, 'U-1')).flat().join('\n');
  assert.match(lines, /Certificate: revoked\n[\s\S]*Revoked\n2026-11-21 08:01:30 UTC by Ola \(OP-1\)\n/);
  assert.match(lines, /Reason\nthe key is no longer secret: lost in Łódź\n/);
  const proof = /Proof that the unit holds its key\n[\s\S]*?Story\n/.exec(lines)?.[0] ?? '';
  assert.match(proof, /Attempt\n1\n/);
  const german = (await printed(bed, 'U-1', 'de')).flat().join('\n');
  assert.match(
    german,
    /Gesperrt\n2026-11-21 08:01:30 UTC von Ola \(OP-1\)\nGrund\nder Schlüssel ist nicht mehr geheim: /,
  );
});

test('a unit without a certificate says so, and signs that the font lacks stand as their numbers', async (t) => {
  const bed = await makeBed(t);
  await bed.ledger.startAttempt({ ...start('U-2'), actor: '李 (OP-2)' });
  const lines = (await printed(bed, 'U-2')).flat();
  assert.ok(lines.includes('This unit has no certificate.'));
  assert.ok(lines.includes('No proof is on record.'));
  assert.ok(lines.includes('[U+674E] (OP-2)'), lines.join('\n'));
});
