import { StationError } from '../../contract/errors.ts';
import { checkPolicy, evaluate, placeWarnings, policyStarters } from '../../iot/index.ts';
import { pushPolicy } from '../../registration/index.ts';
import type { StationParts } from '../composition.ts';
import type { Handlers } from '../dispatch.ts';
import { assertRemovable, hashOf, noVersion } from './versionsinaws.ts';

type Names = Extract<keyof Handlers, `policies.${string}`>;

/** AWS's own examples name this account and this Region. */
const samplePlace = { region: 'us-east-1', accountId: '123456789012' };

/** Methods about IoT policies. */
export const policyHandlers = ({ cloudLink, ledger }: StationParts): Pick<Handlers, Names> => ({
  'policies.check': ({ text, requests }) => {
    const report = checkPolicy(text);
    const document = parsed(text);
    const outcomes = requests.map((request) => evaluate([document], request));
    const isPolicy = !outcomes.some(({ reasons }) => reasons.some(({ why }) => why.because === 'malformed'));
    return { report, outcomes: isPolicy ? outcomes : [] };
  },
  'policies.starters': () => {
    const { region = samplePlace.region, accountId = samplePlace.accountId } = cloudLink.target() ?? {};
    return policyStarters({ region, accountId });
  },

  'policies.inAws': async ({ target }) => {
    const { policies } = await cloudLink.cloud(target);
    return { target: cloudLink.target(target)?.name ?? '', names: await policies.list() };
  },
  'policies.describe': async ({ name, target }) => {
    const { policies } = await cloudLink.cloud(target);
    return (await policies.describe(name)) ?? null;
  },
  'policies.push': async ({ name, target, prune }, { actor }) => {
    const kept = (await ledger.documents('policy')).findLast((one) => one.name === name);
    if (kept?.text == null || kept.hash === null)
      throw new StationError('document.notFound', `the station keeps no policy ${name}`);
    const { policies } = await cloudLink.cloud(target);
    const place = cloudLink.target(target);
    const pushed = await pushPolicy(policies, { name, text: kept.text, prune });
    const { version, hash } = kept;
    const data = { target: place?.name ?? '', version, hash, ...pushed };
    await ledger.audit({ entry: 'policy.pushed', actor, subject: name, data });
    return { ...pushed, target: data.target, warnings: place ? placeWarnings(kept.text, place) : [] };
  },

  'policies.versionText': async ({ name, versionId, target }) => {
    const { policies } = await cloudLink.cloud(target);
    const text = await policies.versionText(name, versionId);
    if (text === undefined) throw noVersion(name, versionId);
    return { text };
  },
  'policies.setDefault': async ({ name, versionId, target }, { actor }) => {
    const { policies } = await cloudLink.cloud(target);
    const text = await policies.versionText(name, versionId);
    if (text === undefined) throw noVersion(name, versionId);
    await policies.setDefault(name, versionId);
    const data = { target: cloudLink.target(target)?.name ?? '', versionId, hash: hashOf(text) };
    await ledger.audit({ entry: 'policy.defaultSet', actor, subject: name, data });
    return {};
  },
  'policies.removeVersion': async ({ name, versionId, target }, { actor }) => {
    const { policies } = await cloudLink.cloud(target);
    const text = await policies.versionText(name, versionId);
    if (text === undefined) throw noVersion(name, versionId);
    assertRemovable(await policies.describe(name), name, versionId);
    await policies.deleteVersion(name, versionId);
    const data = { target: cloudLink.target(target)?.name ?? '', versionId, hash: hashOf(text) };
    await ledger.audit({ entry: 'policy.versionRemoved', actor, subject: name, data });
    return {};
  },
});

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
