/** OpenSSL's command line: a process for each certificate, and one for many. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Open } from './contender.ts';
import { days, type KeyKind, type Material, type Request } from './material.ts';
import { firstLine, run, shellLoop } from './program.ts';

/** Our profile's extensions in OpenSSL's words, and a CA that takes any subject twice. */
const configFor = (kind: KeyKind, folder: string): string => `
[ca]
default_ca = bench
[bench]
database = ${join(folder, 'index.txt')}
new_certs_dir = ${folder}
rand_serial = yes
default_md = sha256
default_days = ${days}
unique_subject = no
preserve = yes
policy = any
x509_extensions = device
[any]
organizationName = optional
commonName = supplied
[device]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature${kind === 'P-256' ? '' : ',keyEncipherment'}
extendedKeyUsage = clientAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always
`;

const missing = "no key tests but OpenSSL's own, no lint, no verification of what it signed";

export const openOpenssl: Open = (material) => {
  const { kind, folder, caFile, caKeyFile } = material;
  const version = firstLine('openssl', ['version'])?.split(' (')[0];
  if (version === undefined) return [{ name: 'openssl', cannot: 'not installed: apt-get install openssl' }];
  const config = join(folder, 'openssl.cnf');
  writeFileSync(config, configFor(kind, folder));
  const x509 = `openssl x509 -req -CA '${caFile}' -CAkey '${caKeyFile}' -extfile '${config}' -extensions device`;
  return [
    {
      name: 'openssl x509 -req',
      role: 'peer',
      note: `a process for each certificate; ${missing} (${version})`,
      atMost: 24,
      issue: (requests) =>
        shellLoop(`${x509} -sha256 -days ${days} -in "$csr" -out "$csr.pem"`, requests, (file) =>
          readFileSync(`${file}.pem`, 'utf8'),
        ),
    },
    {
      name: 'openssl ca -infiles',
      role: 'peer',
      note: `one process for all of them, an index and a file each, not synced to disk; ${missing}`,
      issue: (requests) => signTogether(material, config, requests),
    },
  ];
};

async function signTogether({ folder, caFile, caKeyFile }: Material, config: string, requests: readonly Request[]) {
  writeFileSync(join(folder, 'index.txt'), '');
  const ca = ['ca', '-batch', '-notext', '-config', config, '-cert', caFile, '-keyfile', caKeyFile];
  const said = await run('openssl', [...ca, '-infiles', ...requests.map(({ csrFile }) => csrFile)]);
  return said.match(/-----BEGIN[\s\S]+?-----END CERTIFICATE-----\n/g) ?? [];
}
