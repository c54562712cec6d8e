/**
 * An audit log as a file that can be checked without this program. It holds one JSON object a line. The first line says
 * what the file contains. Each entry has its own fields and the SHA-256 of the line before it, so a changed, missing or
 * moved line breaks the chain there. The last line repeats the count and the last hash, so a missing end shows.
 *
 * The file does not prove that the records were untouched before the export. Keep the checkpoint in another place.
 */
import { createHash } from 'node:crypto';
import type { AuditEntry } from '../../contract/model.ts';

export const auditFormat = 'birthmark-audit/1';

export type AuditHeader = {
  stationId: string;
  name: string;
  madeAt: string;
  from?: string | undefined;
  to?: string | undefined;
  order?: string | undefined;
  batchId?: string | undefined;
  unitSerial?: string | undefined;
  operator?: string | undefined;
};
export type Checkpoint = { entries: number; head: string };
export type AuditVerdict = { ok: boolean; entries: number; firstBad?: { line: number; reason: string } };

/** SHA-256, lower-case hex, over the previous hash, a line feed and the JSON of the entry's fields in this order. */
const hashOf = (previous: string, { seq, at, entry, actor, subject, data }: AuditEntry): string =>
  createHash('sha256')
    .update(`${previous}\n${JSON.stringify({ seq, at, entry, actor, subject, data })}`)
    .digest('hex');

const entryLine = ({ seq, at, entry, actor, subject, data }: AuditEntry, hash: string): string =>
  JSON.stringify({ seq, at, entry, actor, subject, data, hash });
const checkpointLine = (checkpoint: Checkpoint): string => JSON.stringify({ checkpoint });

/** The lines of the file, without line ends, and the checkpoint that the last line holds. */
export function auditLines(
  header: AuditHeader,
  entries: Iterable<AuditEntry>,
): { lines: string[]; checkpoint: Checkpoint } {
  const first = JSON.stringify({ format: auditFormat, ...header });
  let head = createHash('sha256').update(first).digest('hex');
  const lines = [first];
  for (const entry of entries) {
    head = hashOf(head, entry);
    lines.push(entryLine(entry, head));
  }
  const checkpoint = { entries: lines.length - 1, head };
  lines.push(checkpointLine(checkpoint));
  return { lines, checkpoint };
}

/**
 * Checks the chain, the count and the end. Each line must be the very text that its entry makes: the hash is over the
 * fields of the entry, and a name that was added or written twice would be none of them. Never throws: the verdict names
 * the first wrong line (from 1) and the reason.
 */
export function verifyAuditLines(lines: readonly string[]): AuditVerdict {
  const [first = '', ...rest] = lines;
  const bad = (line: number, reason: string): AuditVerdict => ({
    ok: false,
    entries: line - 2,
    firstBad: { line, reason },
  });
  if (field(first, 'format') !== auditFormat)
    return {
      ok: false,
      entries: 0,
      firstBad: { line: 1, reason: `not a ${auditFormat} file: an export as CSV or as JSON Lines has no chain` },
    };
  let head = createHash('sha256').update(first).digest('hex');
  for (const [index, text] of rest.entries()) {
    const line = index + 2;
    if (field(text, 'checkpoint') !== undefined) {
      if (index !== rest.length - 1) return bad(line, 'lines after the checkpoint');
      if (text !== checkpointLine({ entries: index, head }))
        return bad(line, 'the checkpoint does not fit the entries before it');
      return { ok: true, entries: index };
    }
    if (field(text, 'seq') === undefined) return bad(line, 'not an audit entry');
    const entry = JSON.parse(text) as AuditEntry;
    head = hashOf(head, entry);
    if (text !== entryLine(entry, head))
      return bad(line, 'this entry, or one before it, was changed, moved or removed');
  }
  return bad(lines.length, 'the end is missing: no checkpoint');
}

function field(text: string, name: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  } catch {
    return undefined;
  }
}
