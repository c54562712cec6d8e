/** The file from which AWS registers a batch. */
import { StationError } from '../contract/errors.ts';
import type { UnitLine } from '../iot/index.ts';
import { fileActs, type LinesFileActs, writeLinesFile } from './linesfile.ts';
import { createNameTable } from './nametable.ts';

/** One unit of a batch; its place in the batch is its line in the file. */
export type BatchMember = {
  unitSerial: string;
  /** The name of the new thing: `[a-zA-Z0-9:_-]{1,128}`. */
  thingName: string;
  /** SHA-256 of the certificate's DER, lower-case hex. */
  certificateId: string;
  certificatePem: string;
  /** The registered CA that signed the certificate; null for AWS's own CA. */
  caCertificatePem: string | null;
};

export type BatchFile = { file: string; key: string; digest: string; count: number };

/** The parameters of a member's line, which are those of `bulkTemplate`. */
export const lineOf = (member: BatchMember): UnitLine => ({
  ThingName: member.thingName,
  SerialNumber: member.unitSerial,
  CertificatePem: member.certificatePem,
  CACertificatePem: member.caCertificatePem ?? '',
});

/** Limit of the template's parameters (service model iot/2015-05-28). No line comes near its own quota of 256 KB. */
const maxCharacters = 4096;
const thingName = /^[a-zA-Z0-9:_-]{1,128}$/;
const attributeValue = /^[a-zA-Z0-9_.,@/:#=[\]-]{1,800}$/;

/**
 * The member's line of the input file: newline-delimited JSON with the parameters of `bulkTemplate`.
 * @throws `call.badParams` – when AWS would refuse the line
 */
export function batchLine(member: BatchMember): string {
  const refuse = (field: string, detail: string) =>
    new StationError('call.badParams', `${field} of unit ${member.unitSerial} ${detail}`, {
      data: { field, unitSerial: member.unitSerial },
    });
  if (!thingName.test(member.thingName)) throw refuse('thingName', 'has characters AWS IoT does not take');
  if (!attributeValue.test(member.unitSerial)) throw refuse('unitSerial', 'has characters AWS IoT does not take');
  if (member.certificatePem.length > maxCharacters)
    throw refuse('certificatePem', `is longer than ${maxCharacters} characters`);
  if (member.caCertificatePem === null)
    throw refuse('caCertificatePem', 'is none of ours: AWS registers it by no file');
  if (member.caCertificatePem.length > maxCharacters)
    throw refuse('caCertificatePem', `is longer than ${maxCharacters} characters`);
  // Name and serial have no character that JSON escapes.
  const { ThingName, SerialNumber, CertificatePem, CACertificatePem } = lineOf(member);
  const own = `"ThingName":"${ThingName}","SerialNumber":"${SerialNumber}"`;
  return `{${own},"CertificatePem":${JSON.stringify(CertificatePem)},"CACertificatePem":${textOfCa(CACertificatePem)}}`;
}

/** The CA's PEM in JSON. It is the same in most lines. */
function textOfCa(pem: string): string {
  if (pem !== lastCa.pem) lastCa = { pem, json: JSON.stringify(pem) };
  return lastCa.json;
}
let lastCa = { pem: '', json: '""' };

/** Members are read as they are written, so that only a few pages of certificates are in memory at once. */
export type MemberPages = AsyncIterable<readonly BatchMember[]>;
type Pages = MemberPages | Iterable<readonly BatchMember[]>;

/**
 * The lines of a whole batch, page by page. Two units may have been told the same thing name. That no unit and no certificate
 * comes twice, the records see to: a certificate is of one unit, and a unit is in a batch once.
 *
 * @throws batch.empty
 * @throws call.badParams – for a line that AWS would refuse, and for two units with the same thing name
 */
async function* batchLines(pages: Pages): AsyncIterable<readonly string[]> {
  const things = createNameTable();
  let count = 0;
  for await (const page of pages) {
    yield page.map((member) => {
      const { thingName, unitSerial } = member;
      const line = `${batchLine(member)}\n`;
      if (things.add(thingName) !== undefined)
        throw new StationError('call.badParams', `thing ${thingName} is in the batch twice`, { data: { unitSerial } });
      return line;
    });
    count += page.length;
  }
  if (count === 0) throw new StationError('batch.empty', 'the batch has no units');
}

/**
 * The name of the S3 object. It contains the digest, so each name has one content. It has only characters that
 * `inputFileKey` takes.
 */
export function batchKey(batchId: string, digest: string): string {
  if (!/^[A-Za-z0-9_-]{1,128}$/.test(batchId))
    throw new StationError('call.badParams', 'the batch id has characters S3 keys lack');
  return `batches/${batchId}-${digest}.json`;
}

/**
 * Writes the batch's file. When this resolves, the file is whole and on disk.
 *
 * @returns its path, its S3 key, the SHA-256 of its bytes (hex) and the number of lines
 */
export async function writeBatchFile(
  folder: string,
  batchId: string,
  pages: Pages,
  acts: LinesFileActs = fileActs,
): Promise<BatchFile> {
  const nameOf = (digest: string) => batchKey(batchId, digest).slice('batches/'.length);
  const { file, digest, lines } = await writeLinesFile(folder, nameOf, batchLines(pages), acts);
  return { file, key: batchKey(batchId, digest), digest, count: lines };
}
