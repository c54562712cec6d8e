/**
 * `ca show` and `ca tokens`: the existing CAs and tokens. This file also finds the CA or request that a command names.
 */
import type { Command } from 'commander';
import {
  type CaRequestView,
  type CaView,
  type CustodyKind,
  type HierarchyView,
  type Station,
  StationError,
} from '../../app/contract/index.ts';
import { type CommonOptions, inStation, print, withRights, withStation } from './command.ts';

export function addHierarchy(ca: Command): void {
  withStation(ca.command('show'))
    .description('show the hierarchy: every CA with its end, the place of its key, and its number of certificates')
    .action((options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const hierarchy = await client.call('ca.hierarchy', {});
        print(options, hierarchy, () => hierarchyText(hierarchy));
        return 0;
      }),
    );
  withRights(withStation(ca.command('tokens')))
    .description('list the tokens that a PKCS#11 module sees; it must be on the list of "ca modules"')
    .requiredOption('--module <file>', "PKCS#11 module of the token's maker")
    .action((options: CommonOptions & { module: string }) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const tokens = await client.call('ca.tokens', { module: options.module });
        print(options, tokens, () =>
          tokens.map(({ serial, label, model, pin }) => `${serial}  ${label}  ${model}  PIN: ${pin}`).join('\n'),
        );
        return 0;
      }),
    );
}

/** Finds a CA by its common name, or by the beginning of its id. */
export async function caOf(client: Station, text: string): Promise<CaView> {
  const { authorities } = await client.call('ca.hierarchy', {});
  const found = authorities.filter(({ commonName, issuerId }) => commonName === text || issuerId.startsWith(text));
  const [only, ...others] = found;
  if (only && others.length === 0) return only;
  const names = authorities.map(({ commonName }) => commonName).join(', ');
  throw new StationError('ca.notFound', `${text}: ${only ? 'fits several CAs' : 'no such CA'}; there are: ${names}`);
}

/** Finds an open request by its id, or by the beginning of it. */
export async function requestOf(client: Station, text: string): Promise<CaRequestView> {
  const { requests } = await client.call('ca.hierarchy', {});
  const [only, ...others] = requests.filter(({ requestId }) => requestId.startsWith(text));
  if (only && others.length === 0) return only;
  throw new StationError('ca.notFound', `${text}: no such request is open`);
}

/**
 * Checked before a CA becomes the active one: in AWS KMS no passphrase gives rights, so from then on an engineer needs
 * a badge.
 */
export async function assertEngineer(client: Station, { custody }: { custody: CustodyKind }): Promise<void> {
  if (custody !== 'kms') return;
  const people = await client.call('people.list', {});
  if (people.some(({ role, active }) => role === 'engineer' && active)) return;
  const detail = 'a CA in AWS KMS has no passphrase that gives rights: add an engineer first, with "people add"';
  throw new StationError('call.badParams', detail);
}

function hierarchyText({ authorities, requests }: HierarchyView): string {
  const below = (parentId: string | null, depth: number): string[] =>
    authorities
      .filter((one) => one.parentId === parentId)
      .flatMap((one) => [`${'  '.repeat(depth)}${lineOf(one)}`, ...below(one.issuerId, depth + 1)]);
  const waiting = requests.map(
    ({ requestId, subject }) => `waiting for a certificate: ${requestId.slice(0, 16)}  ${subject}`,
  );
  return [...below(null, 0), ...waiting].join('\n');
}

const lineOf = ({
  issuerId,
  commonName,
  active,
  notAfterAt,
  daysLeft,
  expiry,
  custody,
  keyState,
  issued,
  live,
  revocation,
  rootCrl,
}: CaView): string =>
  [
    commonName,
    issuerId.slice(0, 16),
    active ? 'ACTIVE' : '',
    revocation ? `REVOKED ${revocation.revokedAt.slice(0, 10)} (${revocation.reason}, AWS: ${revocation.cloud})` : '',
    `until ${notAfterAt.slice(0, 10)}${expiry === 'well' ? '' : ` (${daysLeft} days)`}`,
    `key: ${custody}, ${keyState}`,
    `issued: ${issued}${revocation ? `, ${live} of them in use` : ''}`,
    rootCrl?.last ? `CRL ${rootCrl.last.number} until ${rootCrl.last.nextUpdateAt.slice(0, 10)}` : '',
    rootCrl?.due ? 'its CRL is due: "ca root-crl"' : '',
  ]
    .filter(Boolean)
    .join('  ');
