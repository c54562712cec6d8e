/** Certificates of servers by a CA of the test, made by openssl. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeAtEnd } from './folders.ts';

/** `root` and `stranger` are CAs; `server` and `old`, which has expired, are for localhost, by `root`. Each is a `.pem` and a `.key`. */
export function makeCertificates() {
  const folder = mkdtempSync(join(tmpdir(), 'birthmark-tls-'));
  removeAtEnd(folder);
  const file = (of: string) => join(folder, of);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  for (const root of ['root', 'stranger'])
    openssl('req', '-x509', ...key, '-keyout', `${root}.key`, '-out', `${root}.pem`, '-subj', `/CN=${root}`);
  const issue = (of: string, subject: string, days: string, extension: string, by = 'root') => {
    openssl('req', ...key, '-keyout', `${of}.key`, '-out', `${of}.csr`, '-subj', `/CN=${subject}`);
    writeFileSync(file('extension'), extension);
    const signs = ['-CA', `${by}.pem`, '-CAkey', `${by}.key`, '-CAcreateserial', '-days', days];
    openssl('x509', '-req', '-in', `${of}.csr`, '-out', `${of}.pem`, ...signs, '-extfile', 'extension');
  };
  issue('server', 'plant', '30', 'subjectAltName=DNS:localhost');
  issue('old', 'plant', '-1', 'subjectAltName=DNS:localhost');
  return { file, issue, text: (of: string) => readFileSync(file(of), 'utf8') };
}
