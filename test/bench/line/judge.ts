/** What the records say, read from the file itself with SQL of its own: the station is not asked whether it was right. */
import { createHash, X509Certificate } from 'node:crypto';
import { paths } from '../../../app/station/index.ts';
import { verifyRecords } from '../../../main/threads/verifyrecords.ts';
import { openSqlite } from '../../../native/sqlite.ts';

export type Findings = {
  /** What must not be, as sentences; empty when all is well. */
  problems: string[];
  units: number;
  attempts: number;
  certificates: number;
  audit: number;
  /** Units whose attempt has begun and not ended. */
  open: string[];
  known: {
    /** The issuing CA. */
    caDer: Uint8Array;
    /** Unit (or empty, for the station's own) by certificateId, of every certificate that was ever signed. */
    owners: Map<string, string>;
    /** certificateId by unit, of those that are issued now. */
    live: Map<string, string>;
  };
};

/** What the verification of the log finds, as sentences. */
function logProblems(recordsFile: string): string[] {
  const steps = verifyRecords(recordsFile);
  for (;;) {
    const { value, done } = steps.next();
    if (done) return value.problems.map(({ what, where, meaning }) => `log: ${what} ${where}: ${meaning}`);
  }
}

type Count = { unitSerial: string; count: number };

/** `openMay`: the station was killed, so attempts may be open. */
export function judgeRecords(dir: string, { openMay = false } = {}): Findings {
  const sql = openSqlite(paths(dir).records, { readOnly: true });
  const problems = logProblems(paths(dir).records);
  const none = (text: string, tell: (row: Count) => string) => {
    for (const row of sql.all<Count>(text)) problems.push(tell(row));
  };
  const number = (text: string) => sql.get<{ count: number }>(text)?.count ?? 0;
  try {
    none(
      `SELECT unitSerial, count(*) AS count FROM certificates WHERE purpose = 'device' AND state IN ('reserved', 'issued')
       GROUP BY unitSerial HAVING count > 1`,
      ({ unitSerial, count }) => `${unitSerial} has ${count} live certificates`,
    );
    none(
      `SELECT unitSerial, count(*) AS count FROM journal GROUP BY unitSerial HAVING max(position) <> count OR min(position) <> 1`,
      ({ unitSerial }) => `the journal of ${unitSerial} has a gap`,
    );
    // Each attempt is begun and ended once in the journal, and both are in the audit log.
    const perUnit = (table: string, unit: string, where: string) =>
      `(SELECT count(*) FROM ${table} WHERE ${unit} = units.unitSerial AND ${where})`;
    const started = perUnit('journal', 'unitSerial', "entry = 'attempt.started'");
    const ended = perUnit('journal', 'unitSerial', "entry = 'attempt.ended'");
    const open = openMay ? `${started} - ${ended} NOT IN (0, 1)` : `${started} <> ${ended}`;
    none(
      `SELECT unitSerial, ${started} - ${ended} AS count FROM units WHERE ${open}`,
      ({ unitSerial, count }) => `${unitSerial}: ${count} attempts begun and not ended`,
    );
    const audited: Record<string, number> = {};
    for (const row of sql.all<{ entry: string; subject: string; count: number }>(
      `SELECT entry, subject, count(*) AS count FROM audit
       WHERE entry IN ('attempt.started', 'unit.passed', 'unit.failed', 'unit.error', 'unit.aborted', 'sign.intent', 'sign.done', 'sign.voided')
       GROUP BY entry, subject`,
    ))
      audited[`${row.entry.replace(/^unit\..*/, 'ended')} ${row.subject}`] =
        (audited[`${row.entry.replace(/^unit\..*/, 'ended')} ${row.subject}`] ?? 0) + row.count;
    const fits = (what: string, subject: string, wanted: number) => {
      const count = audited[`${what} ${subject}`] ?? 0;
      if (count !== wanted) problems.push(`${subject}: ${count} times "${what}" in the audit log instead of ${wanted}`);
    };
    for (const row of sql.all<{ unitSerial: string; started: number; ended: number }>(
      `SELECT unitSerial, sum(entry = 'attempt.started') AS started, sum(entry = 'attempt.ended') AS ended
       FROM journal GROUP BY unitSerial`,
    )) {
      fits('attempt.started', row.unitSerial, row.started);
      fits('ended', row.unitSerial, row.ended);
    }
    const serials = new Map<string, string>();
    const owners = new Map<string, string>();
    const live = new Map<string, string>();
    type Row = { serialHex: string; unitSerial: string | null; state: string; der: Uint8Array | null };
    for (const { serialHex, unitSerial, state, der } of sql.all<Row>(
      'SELECT serialHex, unitSerial, state, der FROM certificates',
    )) {
      fits('sign.intent', serialHex, 1);
      fits('sign.done', serialHex, der ? 1 : 0);
      fits('sign.voided', serialHex, state === 'void' ? 1 : 0);
      if (der === null) continue;
      // What the certificate itself says; the column could be right and the certificate be another one.
      const certificate = new X509Certificate(der);
      const id = createHash('sha256').update(certificate.raw).digest('hex');
      owners.set(id, unitSerial ?? '');
      if (state === 'issued') live.set(unitSerial ?? '', id);
      const said = certificate.serialNumber.toLowerCase().replace(/^0+/, '');
      if (said !== serialHex.replace(/^0+/, '')) problems.push(`${serialHex} holds a certificate with serial ${said}`);
      const other = serials.get(said);
      if (other !== undefined) problems.push(`certificate serial ${said} twice: ${other} and ${unitSerial}`);
      serials.set(said, unitSerial ?? 'the station');
    }
    for (const row of sql.all<{ integrity_check: string }>('PRAGMA integrity_check'))
      if (row.integrity_check !== 'ok') problems.push(row.integrity_check);
    if (number('SELECT max(seq) - count(*) - min(seq) + 1 AS count FROM audit') !== 0)
      problems.push('the audit log has a gap');
    const issuing = sql.get<{ certificateDer: Uint8Array }>(
      "SELECT certificateDer FROM issuers WHERE kind = 'issuing' AND active = 1",
    );
    return {
      problems,
      units: number('SELECT count(*) AS count FROM units'),
      attempts: number("SELECT count(*) AS count FROM journal WHERE entry = 'attempt.started'"),
      certificates: serials.size,
      audit: number('SELECT count(*) AS count FROM audit'),
      open: sql
        .all<{ unitSerial: string }>(
          `SELECT unitSerial FROM journal GROUP BY unitSerial
           HAVING sum(entry = 'attempt.started') > sum(entry = 'attempt.ended')`,
        )
        .map(({ unitSerial }) => unitSerial),
      known: { caDer: issuing?.certificateDer ?? new Uint8Array(), owners, live },
    };
  } finally {
    sql.close();
  }
}
