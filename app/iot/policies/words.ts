/** Warnings of words that AWS does not know: actions, variables, condition keys; and of values of the wrong kind. */
import type { CheckFinding } from '../../contract/findings.ts';
import { type Said, sentence } from '../../contract/sentences.ts';
import type { Inspected, Item } from './inspect.ts';
import { operatorOf } from './operators.ts';
import { actions, isConditionKey, isVariable, meantVariable, services } from './vocabulary.ts';
import { arnParts, hasWildcard, matchesAction, variablesIn } from './wildcard.ts';

const actionPage = 'AWS IoT Core developer guide, "AWS IoT Core policy actions"';
const variablePage = 'AWS IoT Core developer guide, "AWS IoT Core policy variables"';
const connectPage = 'AWS IoT Core developer guide, "Connect policy examples"';
const connectAttributes = ['PersistentConnect', 'LastWill'];
const operatorPage = 'IAM User Guide, "IAM JSON policy elements: Condition operators"';

export const wordWarnings = (statements: readonly Inspected[], version: string | undefined): CheckFinding[] => [
  ...statements.flatMap((one) => [
    ...one.actions.flatMap(unknownAction),
    ...[...one.resources, ...one.conditions.flatMap(({ values }) => values)].flatMap((item) =>
      variableWarnings(item, version),
    ),
    ...one.resources.flatMap(variableInHead),
    ...one.conditions.flatMap(conditionWarnings),
  ]),
  ...doubleSids(statements),
];

/** A variable as policies write it. */
const written = (name: string): string => `\${${name}}`;

function unknownAction({ text, path }: Item): CheckFinding[] {
  const service = text.toLowerCase().split(':')[0] ?? '';
  // An action of another service is a problem already.
  if (!services.includes(service) && !/[*?]/.test(service)) return [];
  if (service === 'greengrass' || Object.keys(actions).some((name) => matchesAction(text, name))) return [];
  const what = sentence('notDataPlane', { text });
  const near = Object.keys(actions).find((name) => endOf(name) === endOf(text));
  return [{ path, ...(near === undefined ? what : sentence('perhapsMeant', { what, near })), source: actionPage }];
}

/** The name of an action without its service: jobs have a service of their own. */
const endOf = (action: string): string => action.slice(action.indexOf(':') + 1).toLowerCase();

function variableWarnings({ text, path }: Item, version: string | undefined): CheckFinding[] {
  const names = variablesIn(text);
  const [first] = names;
  if (version === '2008-10-17' && first !== undefined) {
    const said = sentence('plainVariable', { variable: written(first) });
    return [{ path, ...said, source: 'IAM User Guide, "IAM JSON policy elements: Version"' }];
  }
  const unknown = names.filter((name) => !isVariable(name));
  const open = text.replace(/\$\{[^{}]+\}/g, '').includes('${');
  return [
    ...unknown.map((name) => {
      const meant = meantVariable(name);
      const variable = written(name);
      const said =
        meant === undefined
          ? sentence('unknownVariable', { variable })
          : sentence('unknownVariableMeant', { variable, meant: written(meant) });
      return { path, ...said, source: variablePage };
    }),
    ...(open ? [{ path, ...sentence('openVariable', { text, begin: '${', end: '}' }), source: variablePage }] : []),
  ];
}

function variableInHead({ text, path }: Item): CheckFinding[] {
  const name = variablesIn(arnParts(text).slice(0, 5).join(':'))[0];
  if (name === undefined || !text.startsWith('arn:') || arnParts(text).length < 6) return [];
  const said = sentence('variableInHead', { variable: written(name) });
  return [{ path, ...said, source: 'IAM User Guide, "Where you can use policy variables"' }];
}

function conditionWarnings({ operator: name, key, path, values }: Inspected['conditions'][number]): CheckFinding[] {
  const found: CheckFinding[] = [];
  if (!isConditionKey(key)) {
    const meant = meantVariable(key);
    const said = meant === undefined ? sentence('unknownKey', { key }) : sentence('unknownKeyMeant', { key, meant });
    found.push({ path, ...said, source: variablePage });
  }
  const operator = operatorOf(name);
  const takes = operator?.comparison?.takes ?? ((text: string) => /^(true|false)$/i.test(text));
  for (const { text, path: at } of operator ? values : []) {
    if (takes(text)) continue;
    found.push({ path: at, ...sentence('notComparable', { operator: name, text }), source: operatorPage });
  }
  found.push(...values.flatMap(({ text, path: at }) => valueWarnings(name, key, text, at)));
  const needsOne = operator?.comparison && operator.set !== 'all' && !operator.negated && !operator.ifExists;
  if (needsOne && values.length === 0)
    found.push({ path, ...sentence('neverHolds', { operator: name }), source: operatorPage });
  if (operator?.set === 'all' && !/^iot:connectattributes$/i.test(key)) {
    const remedy = `"Null": {"${key}": "false"}`;
    found.push({
      path,
      ...sentence('trueWhenAbsent', { operator: name, key, remedy }),
      source: 'IAM User Guide, "Multivalued context keys"',
    });
  }
  return found;
}

/** A value that the operator takes, and that means something else than its writer thinks. */
function valueWarnings(operator: string, key: string, text: string, path: string): CheckFinding[] {
  const say = (said: Said, source = operatorPage): CheckFinding[] => [{ path, ...said, source }];
  if (/^iot:connectattributes$/i.test(key) && /equals/i.test(operator) && !connectAttributes.includes(text))
    return say(sentence('noAttribute', { text, names: connectAttributes.join(', ') }), connectPage);
  const plain = /^(\w+:)?String(Not)?Equals/i.exec(operator);
  if (!plain) return [];
  const [, set = '', not = ''] = plain;
  if (/^aws:(vpc)?sourceip$/i.test(key) && text.includes('/'))
    return say(sentence('plainRange', { operator, text, remedy: `${set}${not}IpAddress` }));
  if (hasWildcard(text)) return say(sentence('plainWildcard', { operator, text, like: `${set}String${not}Like` }));
  return [];
}

function doubleSids(statements: readonly Inspected[]): CheckFinding[] {
  const sids = statements.map(({ sid }) => sid);
  return statements
    .filter(({ sid }, index) => sid !== undefined && sids.indexOf(sid) < index)
    .map(({ sid, path }) => ({ path: `${path}/Sid`, ...sentence('sidTwice', { sid: sid ?? '' }) }));
}
