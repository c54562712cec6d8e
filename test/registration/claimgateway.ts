/** A gateway that answers to a claim as a test says: TLS, client certificates, and MQTT by a broker that is not ours. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { createServer, type TLSSocket } from 'node:tls';
import { Aedes } from 'aedes';

type Answer = { accepted: object } | { rejected: object } | { raw: string } | 'hangup' | 'silence';
export type Answers = (topic: string, payload: Record<string, unknown>) => Answer;

export const certifyTopic = '$aws/certificates/create-from-csr/json';
export const provisionTopic = '$aws/provisioning-templates/fleet/provision/json';

/** A self-signed certificate and its key, PEM, by openssl. */
export function selfSigned(commonName: string) {
  const folder = mkdtempSync(join(tmpdir(), 'birthmark-gateway-'));
  try {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
    const subject = ['-subj', `/CN=${commonName}`, '-addext', `subjectAltName=DNS:${commonName}`];
    execFileSync('openssl', ['req', '-x509', ...curve, ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    return { certificatePem: readFileSync(cert, 'utf8'), privateKeyPem: readFileSync(key, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Behaviour = {
  answers: Answers;
  /** `drops`: closes the connection as AWS does for an unknown certificate. A number: the code of CONNACK. */
  atConnect: 'admits' | 'drops' | number;
};

/** The gateway and what it heard. A test changes `behaviour` as it likes. */
export async function claimGateway(t: TestContext) {
  const [server, identity] = [selfSigned('localhost'), selfSigned('claim')];
  const behaviour: Behaviour = { answers: () => 'silence', atConnect: 'admits' };
  const heard: { clients: string[]; topics: string[] } = { clients: [], topics: [] };
  const broker = await Aedes.createBroker();
  broker.authenticate = (client, _name, _password, done) => {
    if (typeof behaviour.atConnect === 'number')
      return done(Object.assign(new Error('no'), { returnCode: behaviour.atConnect }), null);
    heard.clients.push(client.id);
    done(null, true);
  };
  broker.authorizePublish = (client, { topic, payload }, done) => {
    if (!client) return done(null);
    heard.topics.push(topic);
    const answer = behaviour.answers(topic, JSON.parse(payload.toString()) as Record<string, unknown>);
    if (answer === 'hangup') return client.conn.destroy();
    done(null);
    if (answer === 'silence') return;
    const send = (end: string, body: string) =>
      client.publish(
        { cmd: 'publish', topic: `${topic}/${end}`, payload: body, qos: 0, retain: false, dup: false },
        () => {},
      );
    if ('raw' in answer) send('accepted', answer.raw);
    else if ('accepted' in answer) send('accepted', JSON.stringify(answer.accepted));
    else send('rejected', JSON.stringify(answer.rejected));
  };
  const { certificatePem: cert, privateKeyPem: key } = server;
  const tls = createServer({ cert, key, requestCert: true, rejectUnauthorized: false }, (socket: TLSSocket) => {
    const shown = socket.getPeerCertificate().subject as { CN?: string } | undefined;
    if (behaviour.atConnect === 'drops' || shown?.CN !== 'claim') socket.destroy();
    else broker.handle(socket);
  });
  await new Promise<void>((resolve) => tls.listen(0, '127.0.0.1', resolve));
  t.after(async () => {
    await new Promise<void>((resolve) => broker.close(resolve));
    tls.close();
  });
  const gateway = { host: 'localhost', port: (tls.address() as AddressInfo).port, rootPem: cert };
  return { gateway, identity, behaviour, heard };
}
