/** Reports as AWS would write them: one unit of a hundred is refused. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { Ledger } from '../../../app/records/index.ts';
import { reportFile } from '../../../app/registration/index.ts';
import { fileMembers } from '../../../app/station/batches/store.ts';
import { caPem } from './ca.ts';

export async function writeReports(ledger: Ledger, batchId: string, path: string): Promise<void> {
  const results = createWriteStream(reportFile(path, 'RESULTS'));
  const errors: string[] = [];
  const pages = fileMembers(ledger, batchId, () => caPem);
  for await (const page of pages)
    for (const { thingName, certificateId, certificatePem } of page) {
      if (Number.parseInt(certificateId.slice(0, 4), 16) % 100 === 0) {
        const errorCode = 'ResourceRegistrationFailureException';
        errors.push(JSON.stringify({ thingName, errorCode, errorMessage: `no room for ${thingName}` }));
        continue;
      }
      const ResourceArns = {
        thing: `arn:aws:iot:us-east-1:123456789012:thing/${thingName}`,
        certificate: `arn:aws:iot:us-east-1:123456789012:cert/${certificateId}`,
      };
      if (!results.write(`${JSON.stringify({ response: { CertificatePem: certificatePem, ResourceArns } })}\n`))
        await once(results, 'drain');
    }
  results.end();
  await once(results, 'finish');
  await writeFile(reportFile(path, 'ERRORS'), errors.map((line) => `${line}\n`).join(''));
}
