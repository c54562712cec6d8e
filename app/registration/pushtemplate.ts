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
  /** The pre-provisioning hook: null takes it away, and undefined leaves it as it is. */
  hookArn?: string | null | undefined;
};

/**
 * Does nothing when the default version in AWS is this very text.
 * @throws `template.type` – AWS has a template of this name and of the other type, which never changes;
 * `template.versions` – there are five versions, and none may be removed
 */
export async function pushTemplate(
  cloud: CloudTemplates,
  { name, body, type, roleArn, prune, hookArn }: Push,
): Promise<PushedTemplate> {
  const there = await cloud.describeTemplate(name);
  if (!there) {
    const made = { name, body, type, roleArn, ...(hookArn && { hookArn }) };
    return { made: 'created', version: await cloud.createTemplate(made) };
  }
  if (there.type !== type)
    throw new StationError('template.type', `${name} is a template of type ${there.type} in AWS`, {
      data: { name, type: there.type },
    });
  // Before the text: a new text that needs its hook is never there without it.
  const newHook = hookArn !== undefined && hookArn !== (there.hook ?? null);
  if (newHook) await cloud.setHook({ name, hookArn });
  if (there.body === body) return { made: newHook ? 'hook' : 'unchanged', version: there.version };
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

/**
 * Makes the version in AWS that has this text the default one.
 * @returns AWS's number of the version
 * @throws `document.notFound` – AWS has no template of this name; `template.notInAws` – none of its versions has this text
 */
export async function makeTemplateDefault(
  cloud: CloudTemplates,
  { name, body }: { name: string; body: string },
): Promise<number> {
  const there = await cloud.describeTemplate(name);
  if (!there) throw new StationError('document.notFound', `there is no template ${name} in AWS`);
  if (there.body === body) return there.version;
  const versions = await cloud.listTemplateVersions(name);
  for (const { version } of versions.sort((one, other) => other.version - one.version)) {
    if ((await cloud.templateVersion({ name, version })) !== body) continue;
    await cloud.setDefaultVersion({ name, version });
    return version;
  }
  throw new StationError('template.notInAws', `no version of ${name} in AWS has this text`, { data: { name } });
}
