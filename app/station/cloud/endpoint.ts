/** The endpoint that is sealed into units, held against the one that the account of the default target has. */
import type { StationStatus } from '../../contract/model.ts';
import type { ConfigStore } from '../folder/config.ts';
import type { Log } from '../log.ts';
import type { CloudLink } from './cloudlink.ts';

export type EndpointWatch = ReturnType<typeof createEndpointWatch>;

type Parts = { cloudLink: CloudLink; config: ConfigStore; log: Log; onChange: () => void };

/** On the practice line units are practice units, and what is sealed into them leads nowhere. So nothing is compared. */
export function createEndpointWatch({ cloudLink, config, log, onChange }: Parts) {
  let said: { target: string; aws: string } | undefined;
  const look = async (): Promise<void> => {
    const target = cloudLink.target();
    if (!target || config.current().practice) return;
    const aws = await (await cloudLink.cloud(target.name)).describeEndpoint();
    said = { target: target.name, aws };
    onChange();
  };
  return {
    /** Asks AWS. @throws the errors of `Cloud` */
    look,
    /** Asks AWS in the background. Never rejects. */
    glance(): void {
      look().catch((thrown: unknown) => log.info({ err: thrown }, 'AWS did not say its endpoint'));
    },
    /** AWS's last answer about the default target. Null before the first one. */
    standing(): StationStatus['endpoint'] {
      const { targets, device } = config.current();
      if (!said || said.target !== targets[0]?.name) return null;
      return { ...said, sealed: device.endpoint, same: said.aws === device.endpoint };
    },
  };
}
