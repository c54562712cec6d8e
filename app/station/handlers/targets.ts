import { StationError } from '../../contract/errors.ts';
import { batchStates, type CloudTarget } from '../../contract/model.ts';
import {
  backupUses,
  checkpointUses,
  cloudFormation,
  type Permission,
  plainSetUp,
  testTarget,
} from '../../registration/index.ts';
import { templateInUse } from '../batches/templates.ts';
import { caActs } from '../cloud/cas.ts';
import { noTarget } from '../cloud/cloudlink.ts';
import type { StationParts } from '../composition.ts';
import type { Handlers } from '../dispatch.ts';

type Names =
  | 'targets.save'
  | 'targets.remove'
  | 'targets.prefer'
  | 'targets.test'
  | 'targets.setUp'
  | 'targets.takeEndpoint'
  | 'cloud.cas'
  | 'cloud.registerCas'
  | 'cloud.changeCa'
  | 'cloud.setCertificates'
  | 'cloud.stopCertificates'
  | 'cloud.resumeCertificates'
  | 'cloud.certificateJobs'
  | 'cloud.certificateResults';

/** Methods about AWS targets, and about our CAs in their accounts. */
export function targetHandlers(parts: StationParts): Pick<Handlers, Names> {
  const { cloudLink, config, ledger } = parts;
  const all = () => config.current().targets;
  const named = (name: string): CloudTarget => {
    const found = cloudLink.target(name);
    if (!found) throw noTarget(name, all());
    return found;
  };
  const others = (name: string) => all().filter((one) => one.name !== name);
  const assertFree = (name: string) => {
    if (name === config.givenTarget) throw new StationError('cloud.given', `the target ${name} comes with this line`);
  };
  /** A batch that has begun could neither go on nor be stopped without its target. */
  const assertUnused = async (name: string) => {
    const batch = (await ledger.listBatches()).find(
      ({ target, state }) => target === name && batchStates[state].stage !== 'end',
    );
    if (!batch) return;
    const { batchId } = batch;
    const detail = `batch ${batchId} is ${batch.state}, and goes to ${name}`;
    throw new StationError('cloud.targetInUse', detail, { data: { name, batchId } });
  };
  /** The CRL goes to the bucket of the default target, and certificates may name its address there. */
  const assertNotOfCrl = async (name: string) => {
    const [first, ...left] = all();
    if (first?.name !== name || !(await parts.crlJobs.goesToTarget())) return;
    const next =
      left.length === 0
        ? 'remove it with --leave-crl, and the CRL there grows old'
        : `make another one the default first (target prefer ${left[0]?.name}), whose bucket then has the CRL`;
    throw new StationError('cloud.crlTarget', `the CRL goes to the bucket of ${name}: ${next}`, {
      data: { name, bucket: first.bucket, others: left.length },
    });
  };
  const change = async (next: CloudTarget[]) => {
    await config.save({ ...config.current(), targets: next });
    cloudLink.forget();
    parts.changed('station.changed', 'batches.changed');
    parts.crlJobs.look();
    parts.endpoints.glance();
    parts.connectionWatch.look();
  };
  /** What the buckets of backups and checkpoints at this target need. */
  const bucketsOf = (name: string): Permission[] => {
    const { backup, checkpoints } = config.current();
    const [backups, published] = [backup?.bucket, checkpoints?.bucket];
    return [
      ...(backups?.target === name ? backupUses(backups) : []),
      ...(published?.target === name ? checkpointUses(published) : []),
    ];
  };
  const cas = caActs(parts);
  const jobs = parts.certificateJobs;
  return {
    'targets.save': async ({ target }, { actor }) => {
      const { name, ...data } = target;
      assertFree(name);
      if (target.template !== undefined) await templateInUse(ledger, target.template);
      const known = cloudLink.target(name) !== null;
      await change(known ? all().map((one) => (one.name === name ? target : one)) : [...all(), target]);
      await ledger.audit({ entry: 'target.saved', actor, subject: name, data });
      return {};
    },

    'targets.remove': async ({ name, leaveCrl }, { actor }) => {
      assertFree(name);
      named(name);
      await assertUnused(name);
      if (!leaveCrl) await assertNotOfCrl(name);
      await change(others(name));
      await ledger.audit({ entry: 'target.removed', actor, subject: name, data: {} });
      return {};
    },

    'targets.prefer': async ({ name }, { actor }) => {
      if (config.givenTarget) assertFree(config.givenTarget);
      await change([named(name), ...others(name)]);
      await ledger.audit({ entry: 'target.preferred', actor, subject: name, data: {} });
      return {};
    },

    'targets.test': async ({ name, ways }) => {
      const target = named(name);
      const sealedEndpoint = config.current().device.endpoint;
      return testTarget(await cloudLink.cloud(name), { target, ways, sealedEndpoint, also: bucketsOf(name) });
    },

    'targets.setUp': ({ name, ways }) => {
      const target = named(name);
      const { documents, commands } = plainSetUp(target, ways, bucketsOf(name));
      return {
        cloudFormation: `${JSON.stringify(cloudFormation(target, ways, bucketsOf(name)), null, 2)}\n`,
        documents,
        commands,
      };
    },

    'targets.takeEndpoint': async ({ name }, { actor }) => {
      const endpoint = await (await cloudLink.cloud(named(name).name)).describeEndpoint();
      const before = config.current().device.endpoint;
      await config.save({ ...config.current(), device: { endpoint } });
      await ledger.audit({ entry: 'target.endpointTaken', actor, subject: name, data: { endpoint, before } });
      await parts.bench.refresh();
      await parts.endpoints.look();
      parts.changed('station.changed', 'bench.changed');
      return { endpoint };
    },

    'cloud.cas': () => cas.list(),
    'cloud.registerCas': ({ issuerId = parts.authority.issuer.issuerId, ...asked }, { actor }) =>
      cas.register({ ...asked, issuerId, actor }),
    'cloud.changeCa': (asked, { actor }) => cas.change({ ...asked, actor }),

    'cloud.setCertificates': (asked, { actor }) => jobs.start({ ...asked, actor }),
    'cloud.stopCertificates': async ({ jobId }, { actor }) => {
      await jobs.stop(jobId, actor);
      return {};
    },
    'cloud.resumeCertificates': ({ jobId }, { actor }) => jobs.resume(jobId, actor),
    'cloud.certificateJobs': async () => jobs.list(),
    'cloud.certificateResults': async ({ jobId, offset, limit }) => jobs.results(jobId, offset, limit),
  };
}
