/** The items in the credential storage of an nRF91 modem, and the answers about them. */
import { createHash } from 'node:crypto';
import { StationError } from '../../../contract/errors.ts';
import { badAnswer } from '../../badanswer.ts';
import type { ClaimInstallation, Installation } from '../../driver.ts';
import { pemOf } from '../../pem.ts';
import { checkAttestation, commonNameIn, type Digested } from './attestation.ts';

/** The types of `%CMNG`. */
export const types = { rootCa: 0, certificate: 1, key: 2 } as const;
/** One of `types`. */
export type Type = (typeof types)[keyof typeof types];

/** The longest command of firmware with Nordic's AT host (CONFIG_AT_HOST_CMD_MAX_LEN), with its wrapping. */
const commandLimit = 4096;
/** The most characters of an item in one command. */
export const itemLimit = commandLimit - `at 'AT%CMNG=0,2147483647,1,""'\r\n`.length;

/** PEM text under one type. `names` says which parts of an `Installation` it holds. */
export type Item = { type: Type; text: string; names: string[] };

/**
 * The items to write. The chain is written with the certificate if both fit.
 *
 * @throws device.storageFull – for an item longer than a command
 */
export function itemsOf({ certificateDer, chainDer, rootCaDer }: Installation): Item[] {
  const [own, ...chain] = [certificateDer, ...chainDer].map((der) => pemOf(der, '\r\n'));
  const whole = [own, ...chain].join('');
  const fits = chain.length > 0 && whole.length <= itemLimit;
  const items: Item[] = [
    { type: types.certificate, text: fits ? whole : (own ?? ''), names: ['certificate', ...(fits ? ['chain'] : [])] },
  ];
  if (rootCaDer.length > 0) items.push({ type: types.rootCa, text: pemOf(rootCaDer, '\r\n'), names: ['rootCa'] });
  return fitting(items);
}

/**
 * The items of a claim: its certificate and its key, and the root.
 *
 * @throws device.storageFull – for an item longer than a command
 */
export function claimItemsOf({ certificateDer, privateKeyDer, rootCaDer }: ClaimInstallation): Item[] {
  return fitting([
    ...itemsOf({ certificateDer, chainDer: [], rootCaDer, config: {} }),
    { type: types.key, text: pemOf(privateKeyDer, '\r\n', 'PRIVATE KEY'), names: ['privateKey'] },
  ]);
}

function fitting(items: Item[]): Item[] {
  const tooLong = items.find(({ text }) => text.length > itemLimit);
  if (!tooLong) return items;
  const detail = `${tooLong.names[0]} has ${tooLong.text.length} characters, one command takes ${itemLimit}`;
  throw new StationError('device.storageFull', detail, { data: { item: tooLong.names[0] ?? '' } });
}

/**
 * The possible digests of the text. The modem hashes the text as it arrives, with line ends, and a shell turns line
 * ends into LF.
 */
export const digestsOf = (text: string): string[] =>
  [text, text.replaceAll('\r', '')].map((each) => createHash('sha256').update(each).digest('hex').toUpperCase());

/** The CSR, and notes about its checks. */
export type KeyAnswer = { csrDer: Buffer; notes: string[] };

const forms: Record<Digested, string> = {
  asSent: ' as it came',
  withNull: ' with the NULL in its signature algorithm, which the CSR itself came without',
  withoutNull: ' without the NULL in its signature algorithm, which the CSR itself came with',
};

/**
 * Reads the answer of `%KEYGEN`: a CSR and a statement about it.
 *
 * @throws device.badAnswer – for an answer that was damaged on the way
 */
export function readKeyLine(line: string | undefined, subject: string, tag: number): KeyAnswer {
  const [csr, cose] = (line ?? '').slice('%KEYGEN: "'.length, -1).split('.');
  if (!csr || !cose) throw badAnswer('the answer to %KEYGEN is malformed');
  const csrDer = Buffer.from(csr, 'base64url');
  const { deviceUuid, secTag, digested } = checkAttestation(Buffer.from(cose, 'base64url'), csrDer);
  if (secTag !== tag) throw badAnswer(`the CSR is for security tag ${secTag}`);
  const name = commonNameIn(csrDer);
  if (name !== subject && name !== deviceUuid) throw badAnswer('the CSR names neither the unit nor the device');
  return {
    csrDer,
    notes: [
      `COSE digest is that of the CSR${forms[digested]}, device UUID ${deviceUuid}; its signature was not checked`,
    ],
  };
}
