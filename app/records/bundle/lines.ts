/** The entries of an export alone, as CSV or as JSON Lines. */
import { csvCell } from '../../contract/csv.ts';
import { StationError } from '../../contract/errors.ts';
import type { ExportScope } from '../../contract/exports.ts';
import type { AuditEntry } from '../../contract/model.ts';
import { checkpointOf, headOf } from '../log/store.ts';
import type { Progress } from '../log/verdict.ts';
import type { Sql } from '../sql.ts';
import type { BundleMade } from './make.ts';
import { type Selected, selectLeaves } from './selection.ts';

const columns = ['leaf', 'kind', 'id', 'at', 'entry', 'actor', 'subject', 'attempt', 'step', 'ms', 'data'];
const pieceChars = 256 * 1024;

/** `subject` is the unit serial for an entry of a journal. */
function cellsOf(leaf: Exclude<Selected, { source: 'statement' }>): (string | number | null)[] {
  if (leaf.source === 'audit') {
    const { id, at, entry, actor, subject, data } = leaf.row;
    return [leaf.index, 'audit', id, at, entry, actor, subject, null, null, null, data];
  }
  const { id, at, entry, actor, unitSerial, attempt, step, ms, data } = leaf.row;
  return [leaf.index, 'journal', id, at, entry, actor, unitSerial, attempt, step, ms, data];
}

/**
 * Gives the entries to `write`: with a line of names for CSV, and each as the leaf of the log that it is for JSON Lines.
 *
 * @throws records.failed – there is no signed log yet; as `selectLeaves`
 */
export function* entryLines(
  sql: Sql,
  scope: ExportScope,
  format: 'csv' | 'jsonl',
  write: (text: string) => void,
): Generator<Progress, BundleMade> {
  const [head, checkpoint] = [headOf(sql), checkpointOf(sql)];
  if (head === undefined || checkpoint === undefined)
    throw new StationError('records.failed', 'the log of these records is not signed: open the station once');
  const { of, leaves } = selectLeaves(sql, scope, head);
  let waiting = format === 'csv' ? `${columns.join(',')}\r\n` : '';
  let entries = 0;
  for (const leaf of leaves) {
    if (leaf !== undefined && leaf.source !== 'statement') {
      waiting += format === 'csv' ? `${cellsOf(leaf).map(csvCell).join(',')}\r\n` : `${leaf.text}\n`;
      entries += 1;
    }
    if (waiting.length > pieceChars) {
      write(waiting);
      waiting = '';
    }
    if (leaf === undefined || entries % 500 === 0) yield { done: entries, of: Math.max(of, entries) };
  }
  write(waiting);
  const root = Buffer.from(checkpoint.root).toString('base64');
  return { entries, size: checkpoint.size, root, key: checkpoint.verifierKey };
}

/**
 * The entries of the audit log alone, the oldest first.
 *
 * @throws records.failed – there is no log yet; as `selectLeaves`
 */
export function* auditEntries(sql: Sql, scope: ExportScope): Generator<AuditEntry> {
  const head = headOf(sql);
  if (head === undefined)
    throw new StationError('records.failed', 'these records have no log yet: open the station once');
  for (const leaf of selectLeaves(sql, scope, head).leaves) {
    if (leaf?.source !== 'audit') continue;
    const { id: seq, at, entry, actor, subject, data } = leaf.row;
    yield { seq, at, entry, actor, subject, data: JSON.parse(data) as Record<string, unknown> };
  }
}
