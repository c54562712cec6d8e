/** Puts a template in place in AWS: a new one, or the next version of the one of its name. */
import { StationError } from '../contract/errors.ts';
import type { PushedTemplate } from '../contract/templates.ts';
import type { CloudTemplates, TemplateType } from './cloud.ts';

/** AWS IoT Core quotas: versions of a provisioning template. */
const maxVersions = 5;

type Push = {
  name: string;
  body: string;
  type: TemplateType;
  roleArn: string;
  /** Whether the oldest version may be removed when there are five. */
  prune: boolean;
};

/**
 * Does nothing when the default version in AWS is this very text.
 * @throws `template.type` – AWS has a template of this name and of the other type, which never changes;
 * `template.versions` – there are five versions, and none may be removed
 */
export async function pushTemplate(
  cloud: CloudTemplates,
  { name, body, type, roleArn, prune }: Push,
): Promise<PushedTemplate> {
  const there = await cloud.describeTemplate(name);
  if (!there) return { made: 'created', version: await cloud.createTemplate({ name, body, type, roleArn }) };
  if (there.type !== type)
    throw new StationError('template.type', `${name} is a template of type ${there.type} in AWS`, {
      data: { name, type: there.type },
    });
  if (there.body === body) return { made: 'unchanged', version: there.version };
  const versions = await cloud.listTemplateVersions(name);
  const [oldest] = versions.filter(({ isDefault }) => !isDefault).sort((one, other) => one.version - other.version);
  if (versions.length < maxVersions || !oldest)
    return { made: 'version', version: await cloud.addTemplateVersion({ name, body }) };
  if (!prune)
    throw new StationError(
      'template.versions',
      `${name} has ${maxVersions} versions in AWS; the oldest is ${oldest.version}`,
      {
        data: { name, oldest: oldest.version },
      },
    );
  await cloud.removeTemplateVersion({ name, version: oldest.version });
  return { made: 'version', version: await cloud.addTemplateVersion({ name, body }), removed: oldest.version };
}
