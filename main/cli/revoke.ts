/** Commands for issued certificates, revoking one, and the CRL. */
import type { Command } from 'commander';
import { derOf } from '../../app/ca/index.ts';
import type { IssuedCertificate, Station } from '../../app/contract/index.ts';
import { StationError } from '../../app/contract/index.ts';
import { certificateState, revocationReason } from '../../app/contract/model.ts';
import { writeOut } from '../../app/station/index.ts';
import { wholeNumber } from '../numbers.ts';
import { type CommonOptions, inStation, print, withPassphrase, withStation } from './command.ts';
import { caOf } from './hierarchy.ts';

type RevokeOptions = CommonOptions & { serial?: string; unitSerial?: string; reason: string; note: string };
type ListOptions = CommonOptions & { state?: string; query?: string; issuer?: string; limit: string };

export function addRevocation(ca: Command): void {
  addRevoke(ca);
  addCrl(ca);
  addCertificates(ca);
}

function addRevoke(ca: Command): void {
  withPassphrase(withStation(ca.command('revoke')))
    .description('revoke a certificate permanently; with the passphrase a new CRL is made at once')
    .option('--serial <hex>', 'the certificate serial')
    .option('--unit-serial <serial>', 'the unit whose certificate it is')
    .requiredOption('--reason <reason>', revocationReason.options.join(', '))
    .requiredOption('--note <text>', 'why, in words, for the records')
    .action((options: RevokeOptions) =>
      inStation(options, { ca: 'useful' }, async ({ client, station }) => {
        const reason = revocationReason.safeParse(options.reason);
        if (!reason.success)
          throw new StationError('call.badParams', `--reason is one of ${revocationReason.options.join(', ')}`);
        const serialHex = await serialOf(options, client);
        const revoked = await client.call('certificates.revoke', {
          serialHex,
          reason: reason.data,
          note: options.note,
        });
        await station.parts.crlJobs.idle();
        const { last, due } = await client.call('crl.status', {});
        const result = { serialHex, state: revoked.state, revocation: revoked.revocation, crl: { last, due } };
        print(options, result, () =>
          due === null ? `${serialHex}: revoked, CRL ${last?.number}` : `${serialHex}: revoked; a new CRL is due`,
        );
        return 0;
      }),
    );
}

/** The named certificate serial, or the unit's only one that can be revoked. */
async function serialOf({ serial, unitSerial }: RevokeOptions, client: Station): Promise<string> {
  if ((serial === undefined) === (unitSerial === undefined))
    throw new StationError('call.badParams', 'give either --serial or --unit-serial');
  if (serial !== undefined) return serial.replaceAll(':', '').toLowerCase();
  const { certificates } = await client.call('units.show', { unitSerial: unitSerial ?? '' });
  const found = certificates.filter(({ state }) => state === 'issued' || state === 'revocationQueued');
  const [only, ...others] = found;
  if (only === undefined)
    throw new StationError('certificate.notFound', `${unitSerial} has no certificate that can be revoked`);
  if (others.length > 0) {
    const serials = found.map(({ serialHex }) => serialHex).join(', ');
    throw new StationError('call.badParams', `${unitSerial} has several: give one with --serial (${serials})`);
  }
  return only.serialHex;
}

function addCrl(ca: Command): void {
  withPassphrase(withStation(ca.command('crl')))
    .description("make a CRL now; it is stored in the station's folder, and in S3 if a target is set")
    .option('--out <file>', 'write it there too: DER, or PEM for a name that ends in .pem')
    .action((options: CommonOptions & { out?: string }) =>
      inStation(options, { ca: true }, async ({ client, station }) => {
        const { file } = await client.call('crl.make', {});
        await station.parts.crlJobs.idle();
        const { last, uploaded, trouble } = await client.call('crl.status', {});
        const pem = (await client.call('crl.show', {})).pem ?? '';
        if (options.out) await writeOut(options.out, options.out.endsWith('.pem') ? pem : derOf(pem, 'X509 CRL'));
        print(
          options,
          { ...last, file: options.out ?? file, uploaded, trouble },
          () =>
            `CRL ${last?.number}: ${last?.entries} revoked, good until ${last?.nextUpdateAt}, in ${options.out ?? file}`,
        );
        return 0;
      }),
    );
}

function addCertificates(ca: Command): void {
  withStation(ca.command('certificates'))
    .description('list certificates, the latest first')
    .option('--state <state>', `one of ${certificateState.options.join(', ')}`)
    .option('--query <text>', 'the beginning of a unit serial, a certificate serial or a certificate id')
    .option('--issuer <ca>', 'only certificates of this CA: common name, or the beginning of its id')
    .option('--limit <n>', 'the most rows to list', '500')
    .action((options: ListOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const state = options.state === undefined ? undefined : certificateState.safeParse(options.state);
        if (state && !state.success)
          throw new StationError('call.badParams', `--state is one of ${certificateState.options.join(', ')}`);
        const { rows, total, more } = await client.call('certificates.list', {
          ...(state ? { state: state.data } : {}),
          ...(options.query ? { query: options.query } : {}),
          ...(options.issuer ? { issuerId: (await caOf(client, options.issuer)).issuerId } : {}),
          limit: wholeNumber(options.limit, '--limit'),
        });
        print(options, rows, () => listText(rows, more ? `more than ${total}` : String(total)));
        return 0;
      }),
    );
}

const listText = (rows: IssuedCertificate[], total: string): string => {
  const lines = rows.map(
    (row) =>
      `${row.serialHex}  ${row.state.padEnd(16)} ${(row.unitSerial ?? '-').padEnd(24)} ${row.reservedAt}  ${row.revocation?.reason ?? ''}`,
  );
  return [...lines, `${rows.length} of ${total}`].join('\n');
};
