/** Our CAs in the accounts of the targets: what AWS says of them, and acts on all targets at once. */
import { pemOf } from '../../ca/index.ts';
import { StationError } from '../../contract/errors.ts';
import type { AtTargets, CaMode, CasInAws, CloudTarget } from '../../contract/model.ts';
import { verificationCertificate } from '../../issuing/index.ts';
import { asStationError } from '../../line/index.ts';
import { type CaChange, type CaTemplate, heldElsewhere } from '../../registration/index.ts';
import type { StationParts } from '../composition.ts';
import { noTarget, type Registration } from './cloudlink.ts';

type Outcome = NonNullable<AtTargets['results'][number]['outcome']>;
type Parts = Pick<StationParts, 'authority' | 'cloudLink' | 'ledger' | 'lineTools' | 'changed'>;

export type CaToRegister = {
  issuerId: string;
  targets?: readonly string[] | undefined;
  mode: CaMode;
  autoRegistration: boolean;
  template?: CaTemplate | undefined;
  actor: string;
};
export type CaAct = 'activate' | 'deactivate' | 'delete' | 'autoOn' | 'autoOff' | 'setTemplate' | 'removeTemplate';
export type CaToChange = {
  issuerId: string;
  targets?: readonly string[] | undefined;
  act: CaAct;
  template?: CaTemplate | undefined;
  actor: string;
};

/** Acts that let devices of a CA in. */
const lettingIn: readonly CaAct[] = ['activate', 'autoOn', 'setTemplate'];
/** How an act leaves the CA; the others do not change that. */
const stateAfter: Partial<Record<CaAct, Registration>> = {
  activate: 'active',
  deactivate: 'inactive',
  delete: 'notRegistered',
};

/** Acts on CAs in AWS. */
export function caActs(parts: Parts) {
  const { authority, cloudLink, ledger, lineTools } = parts;

  const chosen = (names: readonly string[] | undefined): CloudTarget[] => {
    const all = cloudLink.targets();
    if (all.length === 0) throw noTarget(undefined, all);
    return [...new Set(names ?? all.map(({ name }) => name))].map((name) => {
      const found = cloudLink.target(name);
      if (!found) throw noTarget(name, all);
      return found;
    });
  };

  /** One target's trouble does not stop the others. @throws its trouble – when only one target was meant */
  const atEach = async (
    targets: readonly CloudTarget[],
    act: (target: CloudTarget) => Promise<Outcome>,
  ): Promise<AtTargets> => {
    const results = await Promise.all(
      targets.map(async (target) => {
        const said = await act(target).catch((thrown: unknown) => asStationError(thrown));
        return said instanceof StationError
          ? { target: target.name, outcome: null, error: said }
          : { target: target.name, outcome: said, error: undefined };
      }),
    );
    parts.changed('station.changed');
    const [first, ...others] = results;
    if (first?.error && others.length === 0) throw first.error;
    return {
      results: results.map(({ target, outcome, error }) => ({
        target,
        outcome,
        ...(error ? { error: error.toJSON() } : {}),
      })),
    };
  };

  return {
    async list(): Promise<CasInAws> {
      const ours = authority.issuing();
      const known = new Set(authority.all().map(({ facts }) => facts.issuerId));
      const others: CasInAws['others'] = [];
      const answers = await Promise.all(
        cloudLink.targets().map(async ({ name }) => {
          try {
            const { account } = await cloudLink.cloud(name);
            const ids = await account.listCas();
            others.push(...ids.filter((id) => !known.has(id)).map((issuerId) => ({ target: name, issuerId })));
            const there = ours.filter(({ facts }) => ids.includes(facts.issuerId));
            const facts = await Promise.all(there.map((ca) => account.describeCa(ca.facts.issuerId)));
            return { name, facts: new Map(there.map((ca, index) => [ca.facts.issuerId, facts[index]])) };
          } catch (thrown) {
            return { name, error: asStationError(thrown).toJSON() };
          }
        }),
      );
      const cas = ours.map(({ facts, record, revocation }) => ({
        issuerId: facts.issuerId,
        commonName: facts.commonName,
        active: record.active,
        revoked: revocation !== null,
        at: answers.map(({ name, facts: found, error }) => {
          const ca = found?.get(facts.issuerId) ?? null;
          const state = ca === null ? 'notRegistered' : ca.status === 'ACTIVE' ? 'active' : 'inactive';
          if (!error) cloudLink.noteRegistration(facts.issuerId, state, name);
          return { target: name, ca, ...(error ? { error } : {}) };
        }),
      }));
      return { cas, others };
    },

    /** Registers and activates a CA in every target, or in those named. Safe to repeat: a target that has it is left. */
    register({ issuerId, targets, mode, autoRegistration, template, actor }: CaToRegister): Promise<AtTargets> {
      const ours = () => authority.current(undefined, issuerId);
      if (ours().state === 'revoked') throw new StationError('ca.revoked', 'a revoked CA is not registered');
      const caCertificatePem = pemOf('CERTIFICATE', ours().issuer.certificateDer);
      return atEach(chosen(targets), async (target) => {
        const cloud = await cloudLink.cloud(target.name);
        const { account } = cloud;
        let outcome: 'registered' | 'activated' | 'alreadyActive' | 'changed' = 'registered';
        let there = await account.describeCa(issuerId);
        if (!there) {
          const proof = async () =>
            verificationCertificate(await cloud.registrationCode(), actor, { ...lineTools, authority: ours });
          const verificationCertificatePem = mode === 'DEFAULT' ? await proof() : undefined;
          try {
            await account.registerCa({
              caCertificatePem,
              mode,
              verificationCertificatePem,
              autoRegistration,
              template,
            });
          } catch (thrown) {
            // Another station registered it, or the answer to a first attempt was lost.
            const exists = thrown instanceof StationError && thrown.data?.awsError === 'ResourceAlreadyExistsException';
            there = exists ? await account.describeCa(issuerId) : undefined;
            if (!there) throw exists ? heldElsewhere(thrown) : thrown;
          }
        }
        if (there && there.mode !== mode) {
          const how = `it is registered in ${there.mode} mode; deactivate and delete it there first`;
          throw new StationError('cloud.refused', how, { data: { target: target.name } });
        }
        if (there) {
          outcome = there.status === 'ACTIVE' ? 'alreadyActive' : 'activated';
          const change = {
            ...(there.status === 'ACTIVE' ? {} : { status: 'ACTIVE' as const }),
            // It is turned on here, and off by its own act only: who registers a CA in one more account does not ask to
            // keep the devices of the others out.
            ...(autoRegistration && !there.autoRegistration ? { autoRegistration } : {}),
            ...(template && { template }),
          };
          if (Object.keys(change).length > 0) await account.updateCa(issuerId, change);
          if (outcome === 'alreadyActive' && Object.keys(change).length > 0) outcome = 'changed';
        }
        const { region, bucket, name } = target;
        const isAuto = autoRegistration || there?.autoRegistration === true;
        const data = { outcome, region, bucket, target: name, mode, autoRegistration: isAuto };
        await ledger.audit({ entry: 'cloud.caRegistered', actor, subject: issuerId, data });
        cloudLink.noteRegistration(issuerId, 'active', name);
        return outcome;
      });
    },

    /** Changes a CA in every target, or in those named. `unknown`: the account does not know it. */
    change({ issuerId, targets, act, template, actor }: CaToChange): Promise<AtTargets> {
      const { revocation } = authority.caOf(issuerId);
      if (revocation && lettingIn.includes(act))
        throw new StationError(
          'ca.revoked',
          'a revoked CA lets no devices in: it is not activated, and gets no template',
        );
      const change = act === 'delete' ? undefined : changeOf(act, template);
      return atEach(chosen(targets), async ({ name, region }) => {
        const { account } = await cloudLink.cloud(name);
        const known = change ? await account.updateCa(issuerId, change) : await account.deleteCa(issuerId);
        await ledger.audit({
          entry: 'cloud.caChanged',
          actor,
          subject: issuerId,
          data: { target: name, region, act, known },
        });
        // AWS is not asked again: a question that fails would make an act that is done look undone.
        const state = known ? stateAfter[act] : 'notRegistered';
        if (state) cloudLink.noteRegistration(issuerId, state, name);
        return known ? (act === 'delete' ? 'deleted' : 'changed') : 'unknown';
      });
    },
  };
}

function changeOf(act: Exclude<CaAct, 'delete'>, template: CaTemplate | undefined): CaChange {
  switch (act) {
    case 'activate':
      return { status: 'ACTIVE' };
    // As `deactivateCa`: an inactive CA must not register anything by itself when it is activated again.
    case 'deactivate':
      return { status: 'INACTIVE', autoRegistration: false };
    case 'autoOn':
    case 'autoOff':
      return { autoRegistration: act === 'autoOn' };
    case 'removeTemplate':
      return { template: null };
    case 'setTemplate':
      if (!template) throw new StationError('call.badParams', 'which template? its name, or its body and role');
      return { template, autoRegistration: true };
  }
}
