/** `ca preview`, and the parts that it shares with `ca sign`: the CSR file, and the facts that no device reports. */
import { type Command, Option } from 'commander';
import { type CertificatePreview, newSerial, parseCsr, previewCertificate, sampleKey } from '../../app/ca/index.ts';
import { type CaKeyType, caKeyType } from '../../app/contract/index.ts';
import { type CommonOptions, inStation, print, withStation } from './command.ts';
import { bytesFrom } from './givenfile.ts';

export type HardwareOptions = { model?: string; hardwareId?: string };

export const withHardware = (command: Command): Command =>
  command
    .option('--model <model>', "the unit's model, if the profile uses it")
    .option('--hardware-id <id>', "the device's hardware id, if the profile uses it");

export const hardwareOf = ({ model, hardwareId }: HardwareOptions): HardwareOptions => ({
  ...(model === undefined ? {} : { model }),
  ...(hardwareId === undefined ? {} : { hardwareId }),
});

/** @throws `call.badParams` – when the file cannot be read */
export async function csrFrom(file: string): Promise<Uint8Array> {
  return new Uint8Array(await bytesFrom(file, { what: 'the CSR file' }));
}

type PreviewOptions = CommonOptions &
  HardwareOptions & { profile?: string; unitSerial: string; csr?: string; keyType: CaKeyType };

export function addPreview(ca: Command): void {
  withHardware(withStation(ca.command('preview')))
    .description('show the certificate that a unit would get; nothing is reserved, signed or recorded')
    .requiredOption('--unit-serial <serial>', 'the unit')
    .option('--profile <name>', "the certificate profile (default: the station's)")
    .option('--csr <file>', 'the CSR, DER or PEM; without it the key is an example')
    .addOption(new Option('--key-type <type>', "the example key's type").choices(caKeyType.options).default('P-256'))
    .action((options: PreviewOptions) =>
      inStation(options, { ca: false }, async ({ station: { parts } }) => {
        const chosen = options.profile === undefined ? undefined : parts.profiles.named(options.profile);
        const { issuer, profile, organisation } = parts.authority.current(chosen);
        const preview = previewCertificate({
          profile,
          issuer,
          key: options.csr === undefined ? await sampleKey(options.keyType) : parseCsr(await csrFrom(options.csr)),
          fields: { ...hardwareOf(options), unitSerial: options.unitSerial, organisation },
          serialHex: newSerial(),
          now: parts.clock.now(),
        });
        print(options, preview, () => inWords(preview));
        return preview.problems.length === 0 ? 0 : 1;
      }),
    );
}

function inWords(preview: CertificatePreview): string {
  const rows: [string, string][] = [
    ['profile', preview.profile],
    ['subject', preview.subject],
    ['issuer', preview.issuer],
    ['valid', `${preview.notBeforeAt} to ${preview.expires ? preview.notAfterAt : 'no well-defined expiration'}`],
    ['key', preview.keyType],
    ['signature', preview.signatureAlgorithm],
    ...preview.extensions.map(({ name, critical, text, source }): [string, string] => [
      name,
      `${critical ? 'critical: ' : ''}${text}${source === undefined ? '' : `\n${' '.repeat(24)}(${source})`}`,
    ]),
    ...preview.problems.map(({ name, why, source }): [string, string] => [
      'WOULD BE REFUSED',
      `${name}: ${why} (${source})`,
    ]),
  ];
  return rows.map(([name, text]) => `${name.padEnd(24)}${text}`).join('\n');
}
