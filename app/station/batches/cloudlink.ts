/** The station's connection to its AWS target. It is made when first needed, and dropped when the target changes. */
import { StationError } from '../../contract/errors.ts';
import type { CloudTarget, StationStatus } from '../../contract/model.ts';
import type { Cloud } from '../../registration/index.ts';

type Registration = StationStatus['ca']['registration'];

export type OpenCloud = (target: CloudTarget) => Promise<Cloud>;

export type CloudLink = {
  target: () => CloudTarget | null;
  /** The names of the targets, the default one first. */
  names: () => string[];
  /**
   * The name of the target that is meant; without a name, the default one.
   *
   * @throws `call.badParams` – when there is no such target
   */
  named: (name?: string) => string;
  /** @throws `cloud.notConfigured` – when no target is set */
  cloud: () => Promise<Cloud>;
  /** AWS's last answer about this CA. */
  registration: (issuerId: string) => Registration;
  noteRegistration: (issuerId: string, state: Registration) => void;
  forget: () => void;
  /** The next call makes new connections. Running calls continue with the old ones, which end with them. */
  renew: () => void;
  /** Closes the connections. Running calls fail. */
  close: () => void;
};

/** A link to the target that the settings name. */
export function createCloudLink(target: () => CloudTarget | null, openCloud: OpenCloud): CloudLink {
  let opened: { target: CloudTarget; cloud: Promise<Cloud> } | undefined;
  const registrations = new Map<string, Registration>();
  /** The one target that the settings can hold. */
  const onlyName = 'main';
  return {
    target,
    names: () => [onlyName],
    named(name = onlyName) {
      if (name !== onlyName) throw new StationError('call.badParams', `there is no target ${name}`, { data: { name } });
      return name;
    },
    cloud() {
      const now = target();
      if (!now) {
        throw new StationError('cloud.notConfigured', 'no AWS target is set: region, bucket and role are needed');
      }
      if (opened?.target !== now) {
        const opening = { target: now, cloud: openCloud(now) };
        opened = opening;
        // The next call tries again.
        opening.cloud.catch(() => {
          if (opened === opening) opened = undefined;
        });
      }
      return opened.cloud;
    },
    registration: (issuerId) => registrations.get(issuerId) ?? 'unknown',
    noteRegistration: (issuerId, state) => void registrations.set(issuerId, state),
    renew() {
      opened = undefined;
    },
    forget() {
      opened = undefined;
      registrations.clear();
    },
    close() {
      opened?.cloud.then(
        (cloud) => cloud.close(),
        () => {},
      );
      opened = undefined;
    },
  };
}
