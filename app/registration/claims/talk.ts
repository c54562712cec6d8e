/** The conversation by which a claim becomes a certificate and a thing ("Device provisioning MQTT API", AWS IoT developer guide). */
import type { Clock } from '../../contract/clock.ts';
import { StationError } from '../../contract/errors.ts';
import { required } from '../failure.ts';
import type { MqttLink } from '../mqtt/client.ts';

/** What AWS made of a unit by its template. */
export type Provisioned = { thingName: string; deviceConfiguration: Record<string, string> };

/** Acts of a device that has a claim. A refusal of AWS is `cloud.denied` (403) or `cloud.refused`, with `awsError`. */
export type ClaimTalk = {
  /**
   * Has the request certified. The certificate is PENDING_ACTIVATION, and AWS deletes it after an hour unless it is
   * provisioned. Each call makes another one.
   *
   * @throws cloud.…
   */
  certify(csrPem: string): Promise<{ certificateId: string; certificatePem: string }>;
  /**
   * Activates the certificate that `certify` brought, with thing and policy as the template says.
   *
   * @throws cloud.… – no answer does not mean that nothing was made
   */
  provision(parameters: Record<string, string>): Promise<Provisioned>;
  close(): Promise<void>;
};

const answerMs = 30_000;

/** @param template the name of the provisioning template in the account */
export function claimTalk(link: MqttLink, template: string, clock: Pick<Clock, 'after'>): ClaimTalk {
  /** Asks on `topic` and returns the answer that comes to this connection. */
  const ask = async (topic: string, payload: object): Promise<Record<string, unknown>> => {
    const [accepted, rejected] = [`${topic}/accepted`, `${topic}/rejected`];
    await link.subscribe([accepted, rejected]);
    const ends: (() => void)[] = [];
    const answer = new Promise<Record<string, unknown>>((resolve, reject) => {
      ends.push(
        link.onMessage((on, bytes) => {
          if (on !== accepted && on !== rejected) return;
          try {
            const value = objectOf(bytes, topic);
            if (on === rejected) throw refusal(value, topic);
            resolve(value);
          } catch (thrown) {
            reject(thrown as Error);
          }
        }),
      );
      ends.push(clock.after(answerMs, () => reject(silent(topic))));
    });
    // The answer may come before the acknowledgement of the message. A refused message ends the connection.
    answer.catch(() => {});
    const lost = link.ended.then((reason) => Promise.reject(reason));
    lost.catch(() => {});
    try {
      await Promise.race([link.publish(topic, Buffer.from(JSON.stringify(payload))), answer]);
      return await Promise.race([answer, lost]);
    } finally {
      for (const end of ends) end();
    }
  };

  let token: string | undefined;
  return {
    async certify(certificateSigningRequest) {
      const topic = '$aws/certificates/create-from-csr/json';
      const answer = await ask(topic, { certificateSigningRequest });
      token = text(answer, 'certificateOwnershipToken', topic);
      return {
        certificateId: text(answer, 'certificateId', topic),
        certificatePem: text(answer, 'certificatePem', topic),
      };
    },
    async provision(parameters) {
      if (token === undefined) throw new Error('there is no certificate to provision');
      const topic = `$aws/provisioning-templates/${template}/provision/json`;
      const answer = await ask(topic, { certificateOwnershipToken: token, parameters });
      const values = Object.entries((answer.deviceConfiguration ?? {}) as Record<string, unknown>);
      return {
        thingName: text(answer, 'thingName', topic),
        deviceConfiguration: Object.fromEntries(values.map(([name, value]) => [name, String(value)])),
      };
    },
    close: () => link.close(),
  };
}

function objectOf(bytes: Uint8Array, operation: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Told below. The text may hold the ownership token, so it is in no error.
  }
  throw new StationError('cloud.badAnswer', `${operation} answered with something else than JSON`, {
    data: { operation },
  });
}

function text(answer: Record<string, unknown>, member: string, operation: string): string {
  const value = answer[member];
  return required(typeof value === 'string' && value !== '' ? value : undefined, operation, member);
}

/** `rejected` has statusCode, errorCode and errorMessage. */
function refusal({ statusCode, errorCode, errorMessage }: Record<string, unknown>, operation: string): StationError {
  const name = typeof errorCode === 'string' ? errorCode : 'rejected';
  const said = typeof errorMessage === 'string' && errorMessage !== '' ? `: ${errorMessage.slice(0, 300)}` : '';
  const status = typeof statusCode === 'number' ? statusCode : undefined;
  const denied = status === 403 || name === 'ACCESS_DENIED';
  const code = denied ? 'cloud.denied' : status !== undefined && status >= 500 ? 'cloud.unreachable' : 'cloud.refused';
  return new StationError(code, `${operation} was rejected with ${name}${said}`, {
    data: { operation, awsError: name, ...(status !== undefined && { httpStatus: status }) },
  });
}

const silent = (operation: string) =>
  new StationError('cloud.unreachable', `${operation}: no answer within ${answerMs / 1000} s`, { data: { operation } });
