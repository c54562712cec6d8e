import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { openssl } from '../practice/support.ts';
import { temporaryFolder } from './support.ts';

/** PEM of a certificate with this subject, made by openssl. */
export function selfSigned(t: TestContext, subject: string): string {
  const folder = temporaryFolder(t);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', join(folder, 'key.pem')];
  openssl(folder, 'req', '-x509', ...key, '-subj', subject, '-out', join(folder, 'c.pem'));
  return readFileSync(join(folder, 'c.pem'), 'utf8');
}
