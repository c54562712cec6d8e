/** The station's connection to its AWS target: made when first needed, dropped when the target changes. */
import { StationError } from '../contract/errors.ts';
import type { CloudTarget, StationStatus } from '../contract/model.ts';
import type { Cloud } from '../registration/index.ts';

export type OpenCloud = (target: CloudTarget) => Promise<Cloud>;

export type CloudLink = {
  target: () => CloudTarget | null;
  /** `cloud.notConfigured` when no target is set. */
  cloud: () => Promise<Cloud>;
  registration: () => StationStatus['ca']['registration'];
  noteRegistration: (state: StationStatus['ca']['registration']) => void;
  forget: () => void;
  /** Lets go of the connections; whatever still uses them fails. */
  close: () => void;
};

export function createCloudLink(target: () => CloudTarget | null, openCloud: OpenCloud): CloudLink {
  let opened: { target: CloudTarget; cloud: Promise<Cloud> } | undefined;
  let registration: StationStatus['ca']['registration'] = 'unknown';
  return {
    target,
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
    registration: () => registration,
    noteRegistration(state) {
      registration = state;
    },
    forget() {
      opened = undefined;
      registration = 'unknown';
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
