import { StationError } from '../../contract/errors.ts';
import type { CloudTarget } from '../../contract/model.ts';
import { noTarget } from '../cloud/cloudlink.ts';
import type { StationParts } from '../composition.ts';
import type { Handlers } from '../dispatch.ts';

type Names = 'targets.save' | 'targets.remove' | 'targets.prefer';

/** Methods about AWS targets. */
export function targetHandlers(parts: StationParts): Pick<Handlers, Names> {
  const change = async (next: CloudTarget[]) => {
    await parts.config.save({ ...parts.config.current(), targets: next });
    parts.cloudLink.forget();
    parts.changed('station.changed', 'batches.changed');
    parts.crlJobs.look();
  };
  const assertFree = (name: string) => {
    if (name === parts.config.givenTarget)
      throw new StationError('cloud.given', `the target ${name} comes with this line`);
  };
  const all = () => parts.config.current().targets;
  const named = (name: string): CloudTarget => {
    const found = parts.cloudLink.target(name);
    if (!found) throw noTarget(name, all());
    return found;
  };
  const others = (name: string) => all().filter((one) => one.name !== name);
  return {
    'targets.save': async ({ target }, { actor }) => {
      const { name, ...data } = target;
      assertFree(name);
      const known = parts.cloudLink.target(name) !== null;
      await change(known ? all().map((one) => (one.name === name ? target : one)) : [...all(), target]);
      await parts.ledger.audit({ entry: 'target.saved', actor, subject: name, data });
      return {};
    },

    'targets.remove': async ({ name }, { actor }) => {
      assertFree(name);
      named(name);
      await change(others(name));
      await parts.ledger.audit({ entry: 'target.removed', actor, subject: name, data: {} });
      return {};
    },

    'targets.prefer': async ({ name }, { actor }) => {
      if (parts.config.givenTarget) assertFree(parts.config.givenTarget);
      await change([named(name), ...others(name)]);
      await parts.ledger.audit({ entry: 'target.preferred', actor, subject: name, data: {} });
      return {};
    },
  };
}
