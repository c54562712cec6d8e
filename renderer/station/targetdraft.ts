import type { CloudTarget } from '../../app/contract/index.ts';
import { cloudTarget, deviceConfig } from '../../app/contract/model.ts';

/** The AWS target as it is typed. */
export type TargetDraft = {
  region: string;
  bucket: string;
  roleArn: string;
  policyNames: string;
  endpointUrl: string;
  /** The host the units connect to. */
  device: string;
};

export const emptyTarget: TargetDraft = {
  region: '',
  bucket: '',
  roleArn: '',
  policyNames: '',
  endpointUrl: '',
  device: '',
};

export const targetDraftOf = (target: CloudTarget | undefined, device: string): TargetDraft => ({
  region: target?.region ?? '',
  bucket: target?.bucket ?? '',
  roleArn: target?.roleArn ?? '',
  policyNames: target?.policyNames.join(', ') ?? '',
  endpointUrl: target?.endpointUrl ?? '',
  device,
});

const names = (typed: string) =>
  typed
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

/** Whether one typed field is in the contract's form. */
export const targetFits: Record<keyof TargetDraft, (typed: string) => boolean> = {
  region: (typed) => cloudTarget.shape.region.safeParse(typed).success,
  bucket: (typed) => cloudTarget.shape.bucket.safeParse(typed).success,
  roleArn: (typed) => cloudTarget.shape.roleArn.safeParse(typed).success,
  policyNames: (typed) => cloudTarget.shape.policyNames.safeParse(names(typed)).success,
  endpointUrl: (typed) => typed === '' || cloudTarget.shape.endpointUrl.safeParse(typed).success,
  device: (typed) => deviceConfig.shape.endpoint.safeParse(typed).success,
};

/** The target, or undefined while something is missing or wrong. */
export function targetOf(draft: TargetDraft): CloudTarget | undefined {
  const { region, bucket, roleArn, policyNames, endpointUrl } = draft;
  const read = cloudTarget.safeParse({
    region,
    bucket,
    roleArn,
    policyNames: names(policyNames),
    ...(endpointUrl === '' ? {} : { endpointUrl }),
  });
  return read.success ? read.data : undefined;
}
