/** Warnings of resources that nothing can match. */
import type { CheckFinding } from '../../contract/findings.ts';
import { partitions } from '../../contract/partitions.ts';
import { type Said, sentence } from '../../contract/sentences.ts';
import type { Inspected, Item } from './inspect.ts';
import { actions } from './vocabulary.ts';
import { arnParts, matchesAction } from './wildcard.ts';

const arnPage = 'AWS IoT Core developer guide, "AWS IoT Core action resources"';
const topicPage = 'AWS IoT Core developer guide, "Publish/Subscribe policy examples"';
const hasWildcard = (text: string) => /[*?]/.test(text);

export const resourceWarnings = (statements: readonly Inspected[]): CheckFinding[] => [
  ...statements.flatMap((one) => [
    ...one.resources.flatMap((item) => [...headWarnings(item), ...literalWarnings(one, item)]),
    ...typeWarnings(one),
  ]),
  ...accountWarnings(statements),
];

/** Partition, service, Region and account. */
function headWarnings({ text, path }: Item): CheckFinding[] {
  const [, partition = '', service = '', region = '', account = '', name] = arnParts(text);
  if (!text.startsWith('arn:') || name === undefined) return [];
  const say = (said: Said): CheckFinding[] => [{ path, ...said, source: arnPage }];
  const regions = partitions[partition];
  if (!regions && !hasWildcard(partition)) return say(sentence('noPartition', { partition, text }));
  if (!['iot', 'iotjobsdata', 'greengrass'].includes(service) && !hasWildcard(service))
    return say(sentence('otherService', { service, text }));
  if (!hasWildcard(region) && !/^[a-z]{2,4}(-[a-z]+)+-\d+$/.test(region))
    return say(sentence('noRegion', { region, text }));
  if (regions && !hasWildcard(region) && !regions.test(region))
    return say(sentence('regionElsewhere', { region, partition, text }));
  if (!hasWildcard(account) && !/^\d{12}$/.test(account)) return say(sentence('noAccount', { account, text }));
  return [];
}

/** "+" and "#" are literal in policies. */
function literalWarnings(one: Inspected, { text, path }: Item): CheckFinding[] {
  if (one.notResource || !/^topic\/.*[+#]/s.test(arnParts(text)[5] ?? '')) return [];
  return [{ path, ...sentence('literalWildcard', { text }), source: topicPage }];
}

/** What stands before the first wildcard of a resource's name, e.g. `topic/a`. Undefined for `*`. */
const fixedPart = (resource: string): string =>
  resource === '*' ? '' : (/^[^*?$]*/.exec(arnParts(resource)[5] ?? '')?.[0] ?? '');
const canBe = (resource: string, type: string): boolean => {
  const fixed = fixedPart(resource);
  return `${type}/`.startsWith(fixed) || fixed.startsWith(`${type}/`);
};

function typeWarnings(one: Inspected): CheckFinding[] {
  if (one.notAction || one.notResource) return [];
  const meant = one.actions.flatMap((item) =>
    Object.entries(actions).flatMap(([name, types]) => (matchesAction(item.text, name) ? [{ item, name, types }] : [])),
  );
  if (meant.length === 0 || one.actions.some(({ text }) => /^greengrass:/i.test(text))) return [];
  const fits = ({ types }: (typeof meant)[number], resource: string) =>
    types.length === 0 ? resource === '*' : types.some((type) => canBe(resource, type));
  const useless = one.resources
    .filter(({ text }) => !meant.some((action) => fits(action, text)))
    .map(({ text, path }) => {
      const types = [...new Set(meant.flatMap((action) => (action.types.length > 0 ? action.types : ['*'])))];
      const wanted = types.map((type) => (type === '*' ? type : `${type}/…`));
      return { path, ...sentence('neverMatches', { text, types: wanted }), source: arnPage };
    });
  // A pattern such as iot:* is meant for what there is.
  const idle = meant
    .filter(({ item }) => !hasWildcard(item.text))
    .filter((action) => !one.resources.some(({ text }) => fits(action, text)))
    .filter(() => useless.length < one.resources.length)
    .map(({ item, types }) => {
      const action = item.text;
      const said =
        types.length === 0
          ? sentence('noResourceAll', { action })
          : sentence('noResourceOnly', { action, types: types.join(', ') });
      return { path: item.path, ...said, source: arnPage };
    });
  return [...useless, ...idle];
}

/** A policy belongs to one account and Region: a resource of another one is never asked for. */
function accountWarnings(statements: readonly Inspected[]): CheckFinding[] {
  const items = statements.flatMap(({ resources }) => resources).filter(({ text }) => arnParts(text).length === 6);
  const first = (part: number, form: RegExp) =>
    items.map(({ text }) => arnParts(text)[part] ?? '').find((one) => form.test(one));
  const account = first(4, /^\d{12}$/);
  const region = first(3, /^[a-z]{2,4}(-[a-z]+)+-\d+$/);
  return items.flatMap(({ text, path }) => {
    const [, , , itsRegion = '', itsAccount = ''] = arnParts(text);
    const other = /^\d{12}$/.test(itsAccount) && itsAccount !== account;
    const far = /-\d+$/.test(itsRegion) && !hasWildcard(itsRegion) && itsRegion !== region;
    if (!other && !far) return [];
    const said = other
      ? sentence('otherAccount', { text, its: itsAccount, others: account ?? '' })
      : sentence('otherRegion', { text, its: itsRegion, others: region ?? '' });
    return [{ path, ...said, source: arnPage }];
  });
}
