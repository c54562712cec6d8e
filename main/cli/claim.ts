/** `claim`: certificates that the devices of an order share, and with which each asks AWS for an identity of its own. */
import type { Command } from 'commander';
import { StationError } from '../../app/contract/errors.ts';
import type { ClaimView } from '../../app/contract/model.ts';
import { wholeNumber } from '../numbers.ts';
import { type CommonOptions, inStation, print, secretFrom, withPassphrase, withStation } from './command.ts';

type Making = CommonOptions & { order: string; target: string; template: string; claimPassphraseFile?: string };

const engineers = { ca: 'useful', roles: ['engineer'] } as const;

export function addClaim(program: Command): void {
  const claim = program
    .command('claim')
    .description('claims: certificates with which the devices of an order ask AWS for their own');

  withStation(claim.command('list'))
    .description('the claims of all orders, the latest first')
    .option('--order <id>', 'of this order')
    .option(
      '--tell',
      "first tell the accounts' hooks what they are still to be told; says why where one cannot be told",
    )
    .action((options: CommonOptions & { order?: string; tell?: boolean }) =>
      inStation(options, { ca: false }, async ({ client, station }) => {
        if (options.tell) {
          station.parts.allowLists.wake();
          await station.parts.allowLists.idle();
        }
        const claims = await client.call('claims.list', { ...(options.order ? { orderId: options.order } : {}) });
        print(options, claims, () => claims.map(lineOf).join('\n') || 'No claims yet.');
        return claims.some(({ hookError }) => hookError) ? 3 : 0;
      }),
    );

  withPassphrase(withStation(claim.command('make')))
    .description('make the claim of an order, or go on with one that was begun; the CA passphrase protects its key')
    .requiredOption('--order <id>', 'the order whose devices get it')
    .requiredOption('--template <name>', 'the enabled fleet template in the account')
    .option('--target <name>', 'the AWS target', 'main')
    .option('--claim-passphrase-file <file>', 'another passphrase for its key, at least 12 characters')
    .action((options: Making) =>
      inStation(options, engineers, async ({ client }) => {
        const { order: orderId, target, template } = options;
        const file = options.claimPassphraseFile ?? options.passphraseFile;
        const passphrase = file === undefined ? '' : await secretFrom(file, 'passphrase');
        const made = await client.call('claims.make', { orderId, target, template, passphrase });
        print(options, made, () => lineOf(made));
        return 0;
      }),
    );

  withPassphrase(withStation(claim.command('open')))
    .description('which claims a passphrase opens: the check before a shift whose claims have another than the CA')
    .option('--claim-passphrase-file <file>', 'their passphrase, where it is not that of the CA')
    .action((options: CommonOptions & { claimPassphraseFile?: string }) =>
      inStation(options, engineers, async ({ client }) => {
        // The passphrase of the CA has opened its claims with it.
        const file = options.claimPassphraseFile;
        if (file !== undefined) await client.call('claims.open', { passphrase: await secretFrom(file, 'passphrase') });
        const open = (await client.call('claims.list', {})).filter((one) => one.open);
        if (open.length === 0) throw new StationError('ca.wrongPassphrase', 'this passphrase opens no claim');
        print(options, open, () => open.map(lineOf).join('\n'));
        return 0;
      }),
    );

  const acts = [
    ['retire', 'no other device gets it; those that have it may still use it'],
    ['revoke', 'AWS takes it no longer: devices that have not used it yet can never do so'],
  ] as const;
  for (const [act, description] of acts)
    withPassphrase(withStation(claim.command(act)))
      .description(description)
      .argument('<claim>', 'its number')
      .action((number: string, options: CommonOptions) =>
        inStation(options, engineers, async ({ client, station }) => {
          const claimId = wholeNumber(number, 'claim');
          await client.call(`claims.${act}`, { claimId });
          // AWS is told before the command ends, if it can be reached.
          await station.parts.crlJobs.idle();
          const [now] = (await client.call('claims.list', {})).filter((one) => one.claimId === claimId);
          print(options, now, () => (now ? lineOf(now) : ''));
          return now?.revokeAsked && now.state !== 'revoked' ? 3 : 0;
        }),
      );
}

const lineOf = ({ hookError, ...claim }: ClaimView): string =>
  hookError ? `${headOf(claim)}\n   its hook cannot be told: ${hookError.code}: ${hookError.detail}` : headOf(claim);

type Head = Omit<ClaimView, 'hookError'>;
const headOf = ({ claimId, state, orderId, target, template, units, registered, revokeAsked }: Head): string =>
  `${claimId}  ${revokeAsked && state !== 'revoked' ? 'to be revoked' : state}  order ${orderId}, template ${template} in ${target}: ${units} units, ${registered} of them registered`;
