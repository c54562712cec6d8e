import type { Command } from 'commander';
import { pemOf } from '../../app/ca/index.ts';
import { signCsr } from '../../app/line/index.ts';
import { writeWhole } from '../../app/station/index.ts';
import { type CommonOptions, inStation, print, withPassphrase, withStation } from './command.ts';
import { addPreview, csrFrom, type HardwareOptions, hardwareOf, withHardware } from './preview.ts';

type SignOptions = CommonOptions &
  HardwareOptions & { csr: string; unitSerial: string; profile?: string; out?: string; order?: string };

/** Makes the `ca` command; what else it does is added to what is returned. */
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
      inStation(options, { ca: true, roles: ['engineer'] }, async ({ station, actor }) => {
        const csr = await csrFrom(options.csr);
        const { parts } = station;
        const profile = options.profile === undefined ? undefined : parts.profiles.named(options.profile);
        const authority = () => parts.authority.current(profile);
        const issued = await signCsr(
          {
            csr,
            unitSerial: options.unitSerial,
            orderId: options.order,
            actor,
            hardware: hardwareOf(options),
          },
          {
            ledger: parts.ledger,
            clock: parts.clock,
            authority,
            assertSound: parts.lineTools.assertSound,
            practice: parts.config.current().practice,
          },
        );
        const certificatePem = pemOf('CERTIFICATE', issued.der);
        if (options.out) await writeWhole(options.out, certificatePem);
        const result = {
          certificatePem,
          chainPem: [
            certificatePem,
            ...authority()
              .chainOf(issued.issuerId)
              .chainDer.map((der) => pemOf('CERTIFICATE', der)),
          ].join(''),
          certificateSerial: issued.serialHex,
          certificateId: issued.certificateId,
        };
        print(options, result, () =>
          options.out ? `${options.unitSerial}: ${issued.certificateId}` : certificatePem.trimEnd(),
        );
        return 0;
      }),
    );
  return ca;
}
