/** The CA of the receiver of events: a PEM file of this PC, with one certificate or several. */
import { X509Certificate } from 'node:crypto';
import { StationError } from '../../contract/errors.ts';
import type { ReceiverCa } from '../../contract/model.ts';
import { readPemFile } from '../../files/index.ts';

const block = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** `pems`: each certificate as text, for node:tls. */
type Trusted = { pems: string[]; certificates: ReceiverCa['certificates'] };

/**
 * Reads the file. Node's own reader takes keys and algorithms that the station would not issue under.
 *
 * @throws call.badParams – it cannot be read, has no certificate, or one that is no CA's
 */
export async function readReceiverCa(file: string): Promise<Trusted> {
  const text = await readPemFile(file).catch((cause: unknown) => {
    throw refused(`the CA file ${file} cannot be read`, { reason: 'receiverCaUnread' }, cause);
  });
  const pems = text.match(block) ?? [];
  if (pems.length === 0) throw refused(`${file} has no certificate in PEM`, { reason: 'receiverCaPem' });
  return { pems, certificates: pems.map((pem) => factsOf(pem, file)) };
}

function factsOf(pem: string, file: string): ReceiverCa['certificates'][number] {
  const read = (): X509Certificate => {
    try {
      return new X509Certificate(pem);
    } catch (cause) {
      throw refused(`a certificate in ${file} cannot be read`, { reason: 'receiverCaPem' }, cause);
    }
  };
  const certificate = read();
  const subject = certificate.subject.split('\n').join(', ');
  // A receiver that signed its own certificate is its own CA.
  if (!certificate.ca && !certificate.checkIssued(certificate))
    throw refused(`${subject} in ${file} is no CA: name the CA that issued it`, { reason: 'receiverCaNone', subject });
  return { subject, notAfterAt: new Date(certificate.validTo).toISOString() };
}

/** @throws call.badParams – a certificate of the file has expired */
export function assertNotExpired({ certificates }: Trusted, now: Date): void {
  const old = certificates.find(({ notAfterAt }) => Date.parse(notAfterAt) < now.getTime());
  if (!old) return;
  const { subject, notAfterAt } = old;
  const until = notAfterAt.slice(0, 10);
  throw refused(`the CA ${subject} expired on ${until}: name its successor`, {
    ...{ reason: 'receiverCaExpired', subject, until },
  });
}

const refused = (detail: string, data: Record<string, string>, cause?: unknown) =>
  new StationError('call.badParams', detail, { data: { path: 'webhookCa', ...data }, cause });
