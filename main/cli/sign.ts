import type { Command } from 'commander';
import { engineer } from '../../app/contract/method.ts';
import { writeOut } from '../../app/station/index.ts';
import { type CommonOptions, inStation, print, withPassphrase, withStation } from './command.ts';
import { addPreview, csrFrom, type HardwareOptions, hardwareOf, withHardware } from './preview.ts';

type SignOptions = CommonOptions &
  HardwareOptions & { csr: string; unitSerial: string; profile?: string; out?: string; order?: string };

/** Makes the command `ca`. The caller adds its other subcommands to the result. */
export function addCa(program: Command): Command {
  const ca = program.command('ca').description('the certificate authority');
  addPreview(ca);
  withHardware(withPassphrase(withStation(ca.command('sign'))))
    .description('issue the certificate of a unit for a CSR in a file; the same CSR gets the same certificate again')
    .requiredOption('--csr <file>', 'the CSR, DER or PEM')
    .requiredOption('--unit-serial <serial>', 'the unit it belongs to')
    .option('--profile <name>', 'the certificate profile')
    .option('--order <id>', 'the order (default: the active one)')
    .option('--out <file>', 'write the certificate there as PEM')
    .action((options: SignOptions) =>
      inStation(options, { ca: true, roles: engineer }, async ({ client }) => {
        const { unitSerial, profile, order, out } = options;
        const result = await client.call('ca.sign', {
          csr: Buffer.from(await csrFrom(options.csr)).toString('base64'),
          unitSerial,
          hardware: hardwareOf(options),
          ...(profile === undefined ? {} : { profile }),
          ...(order === undefined ? {} : { orderId: order }),
        });
        if (out) await writeOut(out, result.certificatePem);
        print(options, result, () =>
          out ? `${unitSerial}: ${result.certificateId}` : result.certificatePem.trimEnd(),
        );
        return 0;
      }),
    );
  return ca;
}
