/** Units that AWS provisioned while they were made. */
import type { Sql } from '../sql.ts';

/** What AWS made of a unit by a template: the thing, and what AWS tells the device. */
export type AwsThing = { thingName: string; deviceConfiguration: Record<string, string> };

type Row = { thing: string; target: string; template: string };

/** What AWS made with a certificate that is on record; undefined where AWS only certified, or did not make it. */
export function thingOfAws(
  sql: Sql,
  certificateId: string,
): { thing: AwsThing; target: string; template: string } | undefined {
  const row = sql.get<Row>(
    'SELECT thing, target, template FROM awsRequests WHERE certificateId = @certificateId AND thing IS NOT NULL',
    { certificateId },
  );
  return row && { ...row, thing: JSON.parse(row.thing) as AwsThing };
}
