/** The birth record of a unit as a PDF to print. The same records give the same bytes. */
import { X509Certificate } from 'node:crypto';
import { isNamed, type JournalEntry } from '../../app/contract/model.ts';
import type { BirthRecord } from '../../app/records/bundle/index.ts';
import { type BirthWords, birthWords } from './birthwords.ts';
import { qrPath } from './qr.ts';
import { type Sheet, sheetOf } from './sheet.ts';

/**
 * Makes the PDF.
 *
 * @throws Error – a font cannot be read
 */
export async function birthRecordPdf(record: BirthRecord, language: 'en' | 'de'): Promise<Uint8Array> {
  const words = birthWords[language];
  const { unit, station, log } = record;
  const sheet = sheetOf(`${words.title} ${unit.unitSerial}`, unit.updatedAt, language);
  head(sheet, record, words);
  certificates(sheet, record, words);
  attempts(sheet, unit.journal, words);
  proof(sheet, unit.journal, words);
  if (unit.batches.length > 0) {
    const states: Record<string, string> = words.members;
    sheet.heading(words.registration);
    sheet.facts(
      unit.batches.map(({ target, state, thingName, reason }) => [
        target,
        [states[state] ?? state, thingName, reason].filter(Boolean).join(', '),
      ]),
    );
  }
  story(sheet, unit.journal, words);
  sheet.heading(words.log);
  if (log === null) sheet.text(words.noLog);
  else {
    sheet.facts([
      [words.leaves, words.leavesOf(log.leaves, log.first, log.last)],
      [words.publicKey, log.checkpoint.verifierKey],
      [words.checkpoint, log.checkpoint.note.trim()],
    ]);
    sheet.text(words.checked);
  }
  return sheet.end((page, pages) => `${station.name} · ${unit.unitSerial} · ${words.page(page, pages)}`);
}

function head(sheet: Sheet, { unit, station, log }: BirthRecord, words: BirthWords): void {
  const top = sheet.title(words.title, unit.unitSerial);
  if (unit.practice) sheet.text(words.practice, 'bold');
  sheet.facts(
    [
      [words.state, words.units[unit.state]],
      [words.model, unit.model],
      [words.order, unit.orderId],
      [words.hardwareId, unit.hardwareId],
      [words.hardwareRevision, unit.hardwareRevision],
      [words.made, `${timeText(unit.createdAt)} UTC`],
      [words.station, `${station.name} (${station.stationId})`],
    ],
    'beside',
  );
  const code = [
    unit.unitSerial,
    ...(unit.certificateId ? [unit.certificateId] : []),
    ...(log ? [log.checkpoint.note] : []),
  ];
  sheet.drawing(qrPath(code.join('\n')), top);
}

function certificates(sheet: Sheet, { unit, revocations }: BirthRecord, words: BirthWords): void {
  if (unit.certificates.length === 0) {
    sheet.heading(words.certificate);
    sheet.text(words.noCertificate);
  }
  for (const row of unit.certificates) {
    sheet.heading(`${words.certificate}: ${words.certificates[row.state]}`);
    const revoked = revocations[row.serialHex];
    const facts = row.pem === null ? undefined : factsOf(row.pem);
    sheet.facts([
      [words.subject, row.subject],
      [words.serial, row.serialHex],
      [words.issuer, facts?.issuer ?? row.awsTarget],
      [words.validity, `${timeText(row.notBeforeAt)} – ${timeText(row.notAfterAt)} UTC`],
      [words.key, facts?.key],
      [words.fingerprint, row.certificateId],
      [words.revoked, revoked && words.by(`${timeText(revoked.revokedAt)} UTC`, revoked.actor)],
      [words.reason, revoked && `${words.reasons[revoked.reason]}: ${revoked.note}`],
    ]);
  }
}

function factsOf(pem: string): { issuer: string; key: string } | undefined {
  try {
    const { issuer, publicKey } = new X509Certificate(pem);
    const { namedCurve, modulusLength } = publicKey.asymmetricKeyDetails ?? {};
    const kind = [publicKey.asymmetricKeyType, namedCurve ?? modulusLength].filter(Boolean).join(' ');
    return { issuer: issuer.replaceAll('\n', ', '), key: kind };
  } catch {
    return undefined;
  }
}

function attempts(sheet: Sheet, journal: readonly JournalEntry[], words: BirthWords): void {
  sheet.heading(words.attempts);
  const begun = journal.filter((one) => isNamed(one, 'attempt.started'));
  sheet.table(
    [
      [words.attempt, 40],
      [words.started, 85],
      [words.ended, 85],
      [words.operator, 90],
      [words.recipe, 92],
      // The longest error code fits in.
      [words.outcome, 107],
    ],
    begun.map(({ attempt, at, actor, data }) => {
      const ended = journal.find((one) => isNamed(one, 'attempt.ended') && one.attempt === attempt);
      const mark = data.recipe as { name: string; version: number; hash: string } | undefined;
      const error = ended?.data.error as { code: string } | undefined;
      const outcome = ended && String(ended.data.outcome);
      const recipe = mark && (mark.version === 0 ? words.standard : `${mark.name} ${mark.version}`);
      return [
        String(attempt),
        timeText(at),
        ended ? timeText(ended.at) : '–',
        actor,
        mark ? `${recipe} (${mark.hash})` : '–',
        `${outcome === undefined ? '–' : (words.outcomes[outcome] ?? outcome)}${error ? `\n${error.code}` : ''}`,
      ];
    }),
  );
}

function proof(sheet: Sheet, journal: readonly JournalEntry[], words: BirthWords): void {
  sheet.heading(words.proof);
  const last = journal.findLast((one) => isNamed(one, 'step.done') && one.step === 'verify');
  if (!last) {
    sheet.text(words.noProof);
    return;
  }
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  const names = (value: unknown) => (Array.isArray(value) && value.length > 0 ? value.join(', ') : undefined);
  const kind = text(last.data.proof) ?? '';
  sheet.facts([
    [words.kind, words.proofs[kind] ?? kind],
    // It may be an earlier one than the last, and then speaks of the certificate of that time.
    [words.attempt, String(last.attempt)],
    [words.at, timeText(last.at)],
    [words.compared, names(last.data.compared)],
    [words.unread, names(last.data.unread)],
    [words.nonce, text(last.data.nonce)],
    [words.signature, text(last.data.signature)],
  ]);
}

function story(sheet: Sheet, journal: readonly JournalEntry[], words: BirthWords): void {
  sheet.heading(words.story);
  const steps: Record<string, string> = words.steps;
  sheet.table(
    [
      [words.at, 104],
      [words.attempt, 46],
      [words.what, 195],
      [words.who, 106],
      [words.took, 48],
    ],
    journal.map(({ at, attempt, entry, step, actor, ms }) => [
      timeText(at),
      String(attempt),
      step === null ? entry : `${entry}: ${steps[step] ?? step}`,
      actor,
      ms === null ? '' : String(Math.round(ms)),
    ]),
  );
}

const timeText = (at: string): string =>
  at
    .replace('T', ' ')
    .replace(/\.\d+Z$/, '')
    .replace(/Z$/, '');
