/** `ca revoke-ca` and `ca root-crl`: give an issuing CA up permanently, and publish that in its root's CRL. */
import type { Command } from 'commander';
import { derOf } from '../../app/ca/index.ts';
import { type CaRevocationReason, type CaView, type Station, StationError } from '../../app/contract/index.ts';
import { caRevocationReason } from '../../app/contract/model.ts';
import { paths, writeOut } from '../../app/station/index.ts';
import { type AccessOptions, accessOf, withAccess } from './cakeys.ts';
import { type CommonOptions, inStation, print, withRights, withStation } from './command.ts';
import { caOf } from './hierarchy.ts';
import { type SecondOptions, secondOf, withSecond } from './secondperson.ts';

type RevokeOptions = CommonOptions & AccessOptions & SecondOptions & { reason: string; note: string };

export function addGiveUp(ca: Command): void {
  addRevokeCa(ca);
  addRootCrl(ca);
}

function addRevokeCa(ca: Command): void {
  withSecond(withAccess(withRights(withStation(ca.command('revoke-ca'))), "the root's"))
    .description("give an issuing CA up permanently: it issues nothing more, and its root's CRL and AWS say so")
    .argument('<ca>', 'common name, or the beginning of its id')
    .requiredOption('--reason <reason>', caRevocationReason.options.join(', '))
    .requiredOption('--note <text>', 'why, in words, for the records')
    .action((name: string, options: RevokeOptions) =>
      inStation(options, { ca: false }, async ({ client, station }) => {
        const reason = reasonOf(options.reason);
        const ca = await caOf(client, name);
        const root = await aboveOf(client, ca);
        const revoked = await client.call('ca.revoke', {
          issuerId: ca.issuerId,
          reason,
          note: options.note,
          access: await accessOf(options, root ?? ca),
          ...(await secondOf(options, client)),
        });
        station.parts.crlJobs.look();
        await station.parts.crlJobs.idle();
        const { revocation } = await caOf(client, ca.issuerId);
        const file = root && revoked.rootCrl ? paths(station.parts.dir).crlOf(root.issuerId) : null;
        const result = { issuerId: ca.issuerId, revocation, ...revoked, file };
        print(options, result, () => revokedText(ca, revoked));
        return revoked.trouble === null ? 0 : 3;
      }),
    );
}

/** RFC 5280 has a separate name for a compromised CA key. */
function reasonOf(text: string): CaRevocationReason {
  const reason = caRevocationReason.safeParse(text === 'keyCompromise' ? 'cACompromise' : text);
  if (reason.success) return reason.data;
  throw new StationError('call.badParams', `--reason is one of ${caRevocationReason.options.join(', ')}`);
}

async function aboveOf(client: Station, { parentId }: CaView): Promise<CaView | undefined> {
  const { authorities } = await client.call('ca.hierarchy', {});
  return authorities.find(({ issuerId }) => issuerId === parentId);
}

type Revoked = {
  certificates: number;
  rootCrl: { number: number; nextUpdateAt: string } | null;
  trouble: string | null;
};

const revokedText = ({ commonName, active }: CaView, { certificates, rootCrl, trouble }: Revoked): string =>
  [
    `${commonName}: revoked; it issues nothing more`,
    rootCrl
      ? `the root's CRL ${rootCrl.number} says it, good until ${rootCrl.nextUpdateAt}`
      : `the root's CRL could not be made (${trouble}): make it with "ca root-crl"`,
    `${certificates} certificates live under it: "ca certificates --issuer" lists them`,
    ...(active ? ['the line stands still until another CA is made active: "ca make-issuing" or "ca activate"'] : []),
  ].join('\n');

function addRootCrl(ca: Command): void {
  withAccess(withRights(withStation(ca.command('root-crl'))), "the root's")
    .description(
      'make the CRL of a root, even an empty one: clients that check every CRL of a chain need it, and it expires',
    )
    .argument('[root]', 'common name, or the beginning of its id (default: the root of the active CA)')
    .option('--out <file>', 'write it there too: DER, or PEM for a name that ends in .pem')
    .action((name: string | undefined, options: CommonOptions & AccessOptions & { out?: string }) =>
      inStation(options, { ca: false }, async ({ client, station }) => {
        const { issuerId, ...root } = name === undefined ? await activeRoot(client) : await caOf(client, name);
        const made = await client.call('ca.rootCrl', { issuerId, access: await accessOf(options, root) });
        await station.parts.crlJobs.idle();
        const pem = (await client.call('crl.show', { issuerId })).pem ?? '';
        if (options.out) await writeOut(options.out, options.out.endsWith('.pem') ? pem : derOf(pem, 'X509 CRL'));
        const file = options.out ?? paths(station.parts.dir).crlOf(issuerId);
        print(
          options,
          { issuerId, ...made, file },
          () =>
            `CRL ${made.number} of ${root.commonName}: ${made.entries} revoked, good until ${made.nextUpdateAt}, in ${file}`,
        );
        return 0;
      }),
    );
}

async function activeRoot(client: Station): Promise<CaView> {
  const { authorities } = await client.call('ca.hierarchy', {});
  const topOf = (ca: CaView | undefined): CaView | undefined => {
    const above = authorities.find(({ issuerId }) => issuerId === ca?.parentId);
    return above ? topOf(above) : ca;
  };
  const root = topOf(authorities.find(({ active }) => active));
  if (root?.role === 'root') return root;
  throw new StationError('ca.notFound', 'the active CA has no root on record: give one');
}
