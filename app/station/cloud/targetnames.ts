/** Names of targets where a batch may be made before any target is set. */
import { firstTargetName } from '../../contract/targets.ts';
import { type CloudLink, noTarget } from './cloudlink.ts';

type Targets = Pick<CloudLink, 'target' | 'targets'>;

/** The names of the targets, the default one first. */
export function targetNames({ targets }: Targets): string[] {
  const names = targets().map(({ name }) => name);
  return names.length === 0 ? [firstTargetName] : names;
}

/**
 * The target that is meant. Without a name it is the default one.
 *
 * @throws `cloud.noTarget` – when none has this name
 */
export function targetNamed(link: Targets, name?: string): string {
  if (name === undefined) return targetNames(link)[0]!;
  if (!targetNames(link).includes(name)) throw noTarget(name, link.targets());
  return name;
}
