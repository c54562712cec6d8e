/** Warnings of a policy for one account and Region: resources of another one match nothing there. */
import type { CheckFinding } from '../../contract/findings.ts';
import { sentence } from '../../contract/sentences.ts';
import { readJson } from '../positions.ts';
import { policyDocument } from './document.ts';
import { inspect } from './inspect.ts';
import { arnParts } from './wildcard.ts';

/** @param accountId undefined when it is not known */
export function placeWarnings(text: string, place: { region: string; accountId?: string | undefined }): CheckFinding[] {
  const { value, placeOf } = readJson(text);
  const parsed = policyDocument.safeParse(value);
  if (!parsed.success) return [];
  const isList = Array.isArray((value as { Statement?: unknown }).Statement);
  return inspect(parsed.data, isList)
    .flatMap(({ resources }) => resources)
    .flatMap(({ text: arn, path }) => {
      const [, , , region = '', account = ''] = arnParts(arn);
      const far = /^[a-z-]+-\d+$/.test(region) && region !== place.region;
      const other = /^\d{12}$/.test(account) && place.accountId !== undefined && account !== place.accountId;
      if (!far && !other) return [];
      const { region: here, accountId } = place;
      const said =
        accountId === undefined
          ? sentence('nothingInRegion', { text: arn, region: here })
          : sentence('nothingInAccount', { text: arn, region: here, account: accountId });
      return [{ path, ...placeOf(path), ...said }];
    });
}
