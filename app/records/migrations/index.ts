import { StationError } from '../../contract/errors.ts';
import type { Sql } from '../sql.ts';
import { alerts } from './alerts.ts';
import { allowLists } from './allowlists.ts';
import { awsIssuer } from './awsissuer.ts';
import { batchScale } from './batchscale.ts';
import { batchTemplates } from './batchtemplates.ts';
import { caRevocations } from './carevocations.ts';
import { certificatesOfUnit } from './certificatesofunit.ts';
import { cheapWrites } from './cheapwrites.ts';
import { claims } from './claims.ts';
import { connectionSearch } from './connectionsearch.ts';
import { deskIndex } from './deskindex.ts';
import { documents } from './documents.ts';
import { eventRetention } from './eventretention.ts';
import { firstConnections } from './firstconnections.ts';
import { firstSchema } from './firstschema.ts';
import { hookRows } from './hookrows.ts';
import { membership } from './membership.ts';
import { orderCounts } from './ordercounts.ts';
import { orderLabels } from './orderlabels.ts';
import { orderTerms } from './orderterms.ts';
import { outbox } from './outbox.ts';
import { people } from './people.ts';
import { pinCost } from './pincost.ts';
import { plant } from './plant.ts';
import { plantDocuments } from './plantdocuments.ts';
import { plantReturns } from './plantreturns.ts';
import { provisionedUnits } from './provisionedunits.ts';
import { recipes } from './recipes.ts';
import { restored } from './restored.ts';
import { resultCounts } from './resultcounts.ts';
import { revocation } from './revocation.ts';
import { rework } from './rework.ts';
import { severalCas } from './severalcas.ts';
import { transcriptRetention } from './transcriptretention.ts';
import { transcripts } from './transcripts.ts';
import { transparencyLog } from './transparencylog.ts';
import { ways } from './ways.ts';

/** Migration n takes a file from `user_version` n − 1 to n. A released migration is never edited. */
export const migrations: readonly string[] = [
  firstSchema,
  revocation,
  severalCas,
  recipes,
  rework,
  transcripts,
  orderLabels,
  caRevocations,
  pinCost,
  ways,
  documents,
  batchScale,
  batchTemplates,
  awsIssuer,
  provisionedUnits,
  claims,
  membership,
  firstConnections,
  allowLists,
  hookRows,
  connectionSearch,
  deskIndex,
  orderTerms,
  orderCounts,
  outbox,
  transparencyLog,
  restored,
  transcriptRetention,
  people,
  certificatesOfUnit,
  resultCounts,
  alerts,
  plant,
  plantReturns,
  plantDocuments,
  cheapWrites,
  eventRetention,
];

const versionOf = (sql: Sql): number => sql.get<{ user_version: number }>('PRAGMA user_version')!.user_version;

/**
 * Brings the file up to date, in one transaction.
 *
 * @throws records.newer – a later version of this program made the file
 * @throws records.notStation – the file is the database of another program
 */
export function migrate(sql: Sql, steps: readonly string[] = migrations): void {
  sql.exec('BEGIN IMMEDIATE');
  try {
    checkVersion(sql, steps);
    const version = versionOf(sql);
    for (const step of steps.slice(version)) sql.exec(step);
    if (version < steps.length) sql.exec(`PRAGMA user_version = ${steps.length}`);
    sql.exec('COMMIT');
  } catch (thrown) {
    if (sql.inTransaction()) sql.exec('ROLLBACK');
    throw thrown;
  }
}

function checkVersion(sql: Sql, steps: readonly string[]): void {
  const version = versionOf(sql);
  if (version > steps.length) {
    throw new StationError('records.newer', `the file is of version ${version}, this program knows ${steps.length}`, {
      data: { version, known: steps.length },
    });
  }
  if (version === 0 && sql.get('SELECT 1 FROM sqlite_schema LIMIT 1')) {
    throw new StationError('records.notStation', 'this is the database of another program');
  }
}
