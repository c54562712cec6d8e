/** Where devices connect ("Connecting devices to AWS IoT", AWS IoT developer guide: MQTT with X.509, port 8883). */
import { type CloudLink, noTarget } from './cloudlink.ts';

const mqttPort = 8883;

/**
 * The gateway of the target, if it names one; else the endpoint that the device holds; else the one that AWS tells.
 *
 * @throws cloud.notConfigured, cloud.noTarget, cloud.* – when AWS has to be asked and cannot be
 */
export async function homeOf(cloudLink: CloudLink, target: string | undefined, endpoint: string) {
  const found = cloudLink.target(target);
  // A device that went elsewhere than was asked for would say nothing of that target.
  if (target !== undefined && !found) throw noTarget(target, cloudLink.targets());
  const gateway = found?.gateway;
  if (gateway) return { host: gateway.host, port: gateway.port };
  if (endpoint !== '') return { host: endpoint, port: mqttPort };
  return { host: await (await cloudLink.cloud(target)).describeEndpoint(), port: mqttPort };
}
