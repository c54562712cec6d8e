/**
 * What the plant publishes for its stations is taken here: looked at, checked against the key that this station pinned, and
 * applied in one commit. Between two looks nothing is kept but what is on record, so a crash anywhere changes nothing.
 */
import { hash } from 'node:crypto';
import { checkProfile } from '../../ca/index.ts';
import type { PlantTrust } from '../../contract/plant.ts';
import {
  type PlantDocument,
  type PlantDocumentKind,
  type PlantProblem,
  type PlantTaken,
  plantDocumentKinds,
} from '../../contract/plantdocuments.ts';
import { asStationError } from '../../line/index.ts';
import {
  documentOf,
  offersOf,
  type PlantOffer,
  type PlantSql,
  plantKeyId,
  readDocument,
  readPublicKey,
  sayTaken,
} from '../../plant/index.ts';
import type { AppliedDocument, Ledger, RejectedDocument } from '../../records/index.ts';
import { readRecipe } from '../recipes/check.ts';
import type { ProfileSet } from '../recipes/profiles.ts';
import { approvalsWith, profileHashesOf } from './approvals.ts';

export type PlantDocumentTools = {
  ledger: Pick<
    Ledger,
    | 'plantDocuments'
    | 'plantProfiles'
    | 'applyPlantDocument'
    | 'rejectPlantDocument'
    | 'plantRevocationsDue'
    | 'revokeCertificate'
    | 'recipes'
  >;
  profiles: Pick<ProfileSet, 'follow' | 'list'>;
  /** A document counts from now on. */
  onApplied: () => void;
  /** Certificates of this station were revoked. */
  onRevoked: () => void;
};

type Rejected = Omit<RejectedDocument, 'kind'>;
type Good = { document: PlantDocument; text: string; signature: Uint8Array };
/** `good`: it is new and may count. `bad`: the station does not take it. Neither: it counts here already. */
type Verdict = { good?: Good; bad?: Rejected };
/** `plantId` as the plant says it; what the station trusts comes before. */
type Taking = { trust: PlantTrust | undefined; plantId: string };

/** Takes documents of the plant, and knows what was taken. */
export function createPlantDocuments({ ledger, profiles, onApplied, onRevoked }: PlantDocumentTools) {
  const judge = async (
    sql: PlantSql,
    offer: PlantOffer,
    { trust, applied }: { trust: PlantTrust | undefined; applied: AppliedDocument | undefined },
  ): Promise<Verdict> => {
    const { kind, version, hash: offered } = offer;
    const bad = (problem: PlantProblem, why: string) => ({ bad: { version, hash: offered, problem, why } });
    if (trust === undefined) return bad('noKey', 'this station knows no key of the plant');
    const here = applied?.version ?? 0;
    if (version < here) return bad('older', `this station has ${here}`);
    if (version === here) return offered === applied?.hash ? {} : bad('changed', `this station has another ${here}`);
    const signed = await documentOf(sql, offer);
    if (signed === undefined) return {};
    const publicKey = readPublicKey(trust.publicKey);
    const read = readDocument(signed, { publicKey, plantId: trust.plantId, kind });
    if ('problem' in read) return bad(read.problem, read.why);
    const { document } = read;
    if (document.version <= here) return bad('older', `what was signed is ${document.version}, and ${here} is here`);
    if (document.version !== version) return bad('badSignature', `what was signed is ${document.version}`);
    const why = unusable(document);
    return why === undefined ? { good: { document, ...signed } } : bad('unusable', why);
  };

  const apply = async ({ document, text, signature }: Good, { publicKey }: PlantTrust): Promise<void> => {
    const { kind } = document;
    const { isNew } = await ledger.applyPlantDocument({
      ...{ document, signature, hash: hash('sha256', text, 'hex'), keyId: plantKeyId(readPublicKey(publicKey)) },
      ...(kind === 'recipes' && { profileHashes: profileHashesOf(document.items, profiles.list()) }),
      ...(kind === 'profiles' && { approvals: await approvalsWith(document.items, ledger) }),
    });
    if (!isNew) return;
    if (kind === 'profiles') profiles.follow(await ledger.plantProfiles());
    onApplied();
  };

  /** By the ordinary act, once each. A unit at work is left for the next look. */
  const revoke = async (): Promise<void> => {
    let revoked = 0;
    for (const due of await ledger.plantRevocationsDue())
      try {
        await ledger.revokeCertificate({ ...due, actor: 'plant' });
        revoked += 1;
      } catch (thrown) {
        const { code } = asStationError(thrown);
        if (code !== 'unit.inProgress' && code !== 'certificate.revoked') throw thrown;
      }
    if (revoked > 0) onRevoked();
  };

  const status = async (plantId: string): Promise<PlantTaken[]> => {
    const { applied, rejected } = await ledger.plantDocuments(plantId);
    return plantDocumentKinds.map((kind) => {
      const { version = 0, appliedAt = null, clashes = [] } = applied.find((one) => one.kind === kind) ?? {};
      const bad = rejected.find((one) => one.kind === kind);
      const why = bad ? { version: bad.version, problem: bad.problem, why: bad.why } : null;
      return { kind, version, appliedAt, clashes, rejected: why };
    });
  };

  return {
    /** What this station has of each kind, in the order in which it is applied. */
    status,

    /**
     * Looks at what the plant shows, applies what is new, and keeps why the rest is not taken.
     *
     * @throws plant.unreachable, plant.refused
     */
    async take(sql: PlantSql, { trust, plantId: said }: Taking): Promise<void> {
      const plantId = trust?.plantId ?? said;
      const offers = await offersOf(sql);
      const offerOf = (kind: PlantDocumentKind) =>
        offers.find((one) => one.kind === kind) ?? { kind, version: 0, hash: '' };
      const { applied, rejected } = await ledger.plantDocuments(plantId);
      const found = new Map<PlantDocumentKind, Rejected>();
      for (const kind of plantDocumentKinds) {
        const mine = applied.find((one) => one.kind === kind);
        if (offerOf(kind).version === 0 && mine === undefined) continue;
        const { good, bad } = await judge(sql, offerOf(kind), { trust, applied: mine });
        if (good && trust) await apply(good, trust);
        if (bad) found.set(kind, bad);
      }
      const now = (await ledger.plantDocuments(plantId)).applied;
      for (const kind of plantDocumentKinds) {
        const named = Math.max(0, ...now.map(({ versions }) => versions[kind]));
        const here = now.find((one) => one.kind === kind)?.version ?? 0;
        const { version, hash: offered } = offerOf(kind);
        if (!found.has(kind) && here < named)
          found.set(kind, { version, hash: offered, problem: 'missing', why: `${kind} ${named} was signed` });
        if (found.has(kind) || rejected.some((one) => one.kind === kind))
          await ledger.rejectPlantDocument({ kind, found: found.get(kind) ?? null });
      }
      await revoke();
      if (offers.length === 0) return;
      const taken = (await status(plantId)).map(({ kind, version, rejected: why }) => ({
        ...{ kind, version, problem: why?.problem ?? null },
      }));
      await sayTaken(sql, taken);
    },
  };
}

/** Why this program can do nothing with it. What this station lacks for a recipe, e.g. a target, the recipe's page says. */
function unusable(document: PlantDocument): string | undefined {
  if (document.kind === 'profiles')
    for (const { name, text } of document.items) {
      const checked = checkProfile(jsonOf(text));
      if (!checked.ok) return `the profile ${name}: ${checked.problems[0]?.path}: ${checked.problems[0]?.message}`;
      if (checked.profile.name !== name) return `the profile ${name} calls itself ${checked.profile.name}`;
    }
  if (document.kind === 'recipes')
    for (const { name, text } of document.items) {
      const { recipe, problems } = readRecipe(text);
      if (!recipe) return `the recipe ${name}: ${problems[0]?.path}: ${problems[0]?.message}`;
      if (recipe.name !== name) return `the recipe ${name} calls itself ${recipe.name}`;
    }
  return undefined;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
