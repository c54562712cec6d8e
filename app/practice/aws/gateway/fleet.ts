import { claimIsOver } from './claim.ts';
import type { Connection } from './connection.ts';
import { FleetRefusal, type PayloadFormat, readPayload, writePayload } from './payload.ts';
import { createCertificateFromCsr, createKeysAndCertificate, registerThing } from './register.ts';

/** Topics by which a device with a claim gets its own identity ("Device provisioning MQTT API", developer guide). */
const fleetTopic =
  /^\$aws\/(?:certificates\/(create|create-from-csr)|provisioning-templates\/([0-9A-Za-z_-]{1,36})\/provision)\/(json|cbor)$/;

/** Another format or more levels make it a topic that AWS does not know. */
export const isFleetTopic = (topic: string): boolean => fleetTopic.test(topic);

/**
 * Answers on `TOPIC/accepted` or `TOPIC/rejected`, on this connection only, when what it says is on the disk. It never
 * throws.
 */
export async function answerFleet(connection: Connection, topic: string, payload: Uint8Array): Promise<void> {
  const [, create, templateName, format] = fleetTopic.exec(topic) ?? [];
  if (format === undefined) return;
  const { account, clientId, sourceIp } = connection;
  const note = (status: 'Success' | 'Failure', more: { reason?: string; details?: string }) =>
    account.log.note({
      eventType: create === undefined ? 'ProvisionDevice' : 'CreateCertificate',
      status,
      clientId,
      sourceIp,
      principalId: connection.certificate.certificateId,
      topicName: topic,
      ...(templateName !== undefined && { templateName }),
      ...more,
    });
  try {
    const answer = await answerTo(connection, { create, templateName }, format as PayloadFormat, payload);
    await account.saved();
    note('Success', detailsOf(answer));
    connection.send(`${topic}/accepted`, writePayload(format as PayloadFormat, answer));
  } catch (error) {
    const { statusCode, errorCode, message } =
      error instanceof FleetRefusal ? error : new FleetRefusal(500, 'InternalFailure', 'The practice AWS failed.');
    note('Failure', { reason: `${errorCode}: ${message}` });
    connection.send(
      `${topic}/rejected`,
      writePayload(format as PayloadFormat, { statusCode, errorCode, errorMessage: message }),
    );
  }
}

async function answerTo(
  connection: Connection,
  { create, templateName = '' }: { create: string | undefined; templateName: string | undefined },
  format: PayloadFormat,
  payload: Uint8Array,
): Promise<object> {
  const { account, certificate, connectedAt } = connection;
  const request = readPayload(format, payload);
  if (create === undefined) return registerThing(connection, templateName, request);
  if (claimIsOver(account, certificate.certificateId, connectedAt))
    throw new FleetRefusal(403, 'ACCESS_DENIED', 'The five minutes of this provisioning claim are over.');
  return create === 'create' ? createKeysAndCertificate(connection) : createCertificateFromCsr(connection, request);
}

/** What the log may say of an answer: it has no key and no token. */
function detailsOf(answer: object): { details?: string } {
  if ('certificateId' in answer) return { details: `certificate ${String(answer.certificateId)}` };
  return 'thingName' in answer ? { details: `thing ${String(answer.thingName)}` } : {};
}
