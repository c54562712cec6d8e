import { checkProfile, defaultProfile, previewCertificate, sampleKey } from '../../ca/index.ts';
import { StationError } from '../../contract/errors.ts';
import { saidBy, saidData, sentence } from '../../contract/sentences.ts';
import { readJson } from '../../iot/index.ts';
import type { StationParts } from '../composition.ts';
import type { Handlers } from '../dispatch.ts';
import { namesTwice } from '../recipes/check.ts';

type Names = Extract<keyof Handlers, `profiles.${string}`>;

/** Methods about certificate profiles. */
export const profileHandlers = (parts: StationParts): Pick<Handlers, Names> => {
  const { authority, profiles, ledger, config } = parts;
  const inUse = () => config.current().profile ?? defaultProfile.name;
  const checked = (text: string) => {
    const { value, broken } = readJson(text);
    if (broken) return { ok: false as const, problems: [{ path: '', ...sentence('notReadable') }] };
    const problems = namesTwice(text);
    return problems.length > 0 ? { ok: false as const, problems } : checkProfile(value);
  };

  return {
    'profiles.list': () => {
      return profiles.list().map((profile) => ({ ...profile, inUse: profile.name === inUse() }));
    },
    'profiles.preview': async ({ text, unit, keyType }) => {
      const found = checked(text);
      if (!found.ok) return { problems: found.problems, preview: null };
      const { issuer, organisation } = authority.current();
      const key = await sampleKey(keyType);
      const fields = { ...unit, organisation };
      const request = { profile: found.profile, issuer, key, fields, serialHex: `01${'0'.repeat(30)}` };
      try {
        return { problems: [], preview: previewCertificate({ ...request, now: parts.clock.now() }) };
      } catch (thrown) {
        if (!(thrown instanceof StationError)) throw thrown;
        return { problems: [{ path: '', ...saidBy(thrown) }], preview: null };
      }
    },
    'profiles.save': async ({ text }, { actor }) => {
      const found = checked(text);
      if (!found.ok) {
        const [{ path, ...what } = { path: '', ...sentence('notReadable') }] = found.problems;
        const said = path === '' ? what : sentence('ruleAt', { path, what });
        throw new StationError('policy.profileInvalid', said.message, { data: { path, ...saidData(said) } });
      }
      const { name } = found.profile;
      await profiles.save(name, text);
      await ledger.audit({ entry: 'profile.saved', actor, subject: name, data: { text } });
      // A recipe was approved with the profile's earlier text, so the bench checks it again.
      await parts.bench.refresh();
      parts.changed('station.changed');
      return { name };
    },
    'profiles.remove': async ({ name }, { actor }) => {
      if (inUse() === name)
        throw new StationError('call.badParams', `certificates are issued under ${name}: use another profile first`);
      await profiles.remove(name);
      await ledger.audit({ entry: 'profile.removed', actor, subject: name, data: {} });
      await parts.bench.refresh();
      return {};
    },
    'profiles.use': async ({ name }, { actor }) => {
      const { name: profile } = profiles.named(name);
      await config.save({ ...config.current(), profile });
      await ledger.audit({ entry: 'profile.chosen', actor, subject: profile, data: {} });
      parts.changed('station.changed');
      return {};
    },
  };
};
