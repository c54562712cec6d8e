/** The station's connections to its AWS targets. Each is made when first needed, and dropped when its target changes. */
import { StationError } from '../../contract/errors.ts';
import type { CloudTarget, StationStatus } from '../../contract/model.ts';
import type { Cloud } from '../../registration/index.ts';

export type Registration = StationStatus['ca']['registration'];

export type OpenCloud = (target: CloudTarget) => Promise<Cloud>;

/** Where a target's name may be left out, the default target is meant: the first one. */
export type CloudLink = {
  targets: () => readonly CloudTarget[];
  /** Null when no target is set, or none has this name. */
  target: (name?: string) => CloudTarget | null;
  /** @throws `cloud.notConfigured` – when no target is set; `cloud.noTarget` – when none has this name */
  cloud: (name?: string) => Promise<Cloud>;
  /** AWS's last answer about this CA. */
  registration: (issuerId: string, name?: string) => Registration;
  noteRegistration: (issuerId: string, state: Registration, name?: string) => void;
  forget: () => void;
  /** The next call makes new connections. Running calls continue with the old ones, which end with them. */
  renew: () => void;
  /** Closes the connections. Running calls fail. */
  close: () => void;
};

/** A link to the targets that the settings name. */
export function createCloudLink(targets: () => readonly CloudTarget[], openCloud: OpenCloud): CloudLink {
  const opened = new Map<string, { target: CloudTarget; cloud: Promise<Cloud> }>();
  const registrations = new Map<string, Registration>();
  const target = (name?: string) => targets().find((one) => name === undefined || one.name === name) ?? null;
  const fact = (issuerId: string, name = target()?.name) => `${name}/${issuerId}`;
  return {
    targets,
    target,
    cloud(name) {
      const now = target(name);
      if (!now) throw noTarget(name, targets());
      const there = opened.get(now.name);
      if (there?.target === now) return there.cloud;
      const opening = { target: now, cloud: openCloud(now) };
      opened.set(now.name, opening);
      // The next call tries again.
      opening.cloud.catch(() => {
        if (opened.get(now.name) === opening) opened.delete(now.name);
      });
      return opening.cloud;
    },
    registration: (issuerId, name) => registrations.get(fact(issuerId, name)) ?? 'unknown',
    noteRegistration: (issuerId, state, name) => void registrations.set(fact(issuerId, name), state),
    renew() {
      opened.clear();
    },
    forget() {
      opened.clear();
      registrations.clear();
    },
    close() {
      for (const { cloud } of opened.values())
        cloud.then(
          (connection) => connection.close(),
          () => {},
        );
      opened.clear();
    },
  };
}

/** The refusal for a name that no target has. Without a name it says that there is no target at all. */
export function noTarget(name: string | undefined, targets: readonly CloudTarget[]): StationError {
  if (name === undefined)
    return new StationError('cloud.notConfigured', 'no AWS target is set: region, bucket and role are needed');
  const known = targets.map((one) => one.name).join(', ') || 'none';
  return new StationError('cloud.noTarget', `there is no AWS target ${name}; there is: ${known}`, { data: { name } });
}
