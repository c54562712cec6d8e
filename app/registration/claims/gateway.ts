/** Where the devices of a target connect. */
import { StationError } from '../../contract/errors.ts';
import type { CloudTarget } from '../../contract/model.ts';
import { readPemFile } from '../../files/index.ts';
import type { Cloud } from '../cloud.ts';
import type { Gateway } from '../mqtt/client.ts';

/** MQTT over TLS with a client certificate ("Device communication protocols", AWS IoT developer guide). */
const mqttPort = 8883;

/**
 * The gateway of a practice AWS, or the endpoint that the account names.
 *
 * @param rootPem the root of AWS's endpoints; undefined where this program has none, which is on the practice line
 * @throws cloud.notConfigured – the root of the gateway cannot be had
 * @throws cloud.… – as `Cloud.describeEndpoint`
 */
export async function gatewayOf(
  { name, gateway }: Pick<CloudTarget, 'name' | 'gateway'>,
  cloud: Pick<Cloud, 'describeEndpoint'>,
  rootPem: string | undefined,
): Promise<Gateway> {
  if (gateway) {
    const { host, port, rootCaPem } = gateway;
    try {
      return { host, port, rootPem: await readPemFile(rootCaPem) };
    } catch (cause) {
      throw without(`the file with the root of its gateway cannot be read`, name, cause);
    }
  }
  if (rootPem === undefined) throw without('it names no gateway, and the root of AWS is not known here', name);
  return { host: await cloud.describeEndpoint(), port: mqttPort, rootPem };
}

const without = (why: string, target: string, cause?: unknown) =>
  new StationError('cloud.notConfigured', `target ${target}: ${why}`, { data: { name: target }, cause });
