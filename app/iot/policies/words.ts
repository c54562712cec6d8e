/** Warnings of words that AWS does not know: actions, variables, condition keys; and of values of the wrong kind. */
import type { CheckFinding } from '../../contract/findings.ts';
import type { Inspected, Item } from './inspect.ts';
import { operatorOf } from './operators.ts';
import { actions, isConditionKey, isVariable, meantVariable } from './vocabulary.ts';
import { arnParts, matchesAction, variablesIn } from './wildcard.ts';

const actionPage = 'AWS IoT Core developer guide, "AWS IoT Core policy actions"';
const variablePage = 'AWS IoT Core developer guide, "AWS IoT Core policy variables"';
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

function unknownAction({ text, path }: Item): CheckFinding[] {
  const service = text.toLowerCase().split(':')[0] ?? '';
  if (service === 'greengrass' || Object.keys(actions).some((name) => matchesAction(text, name))) return [];
  const message = `"${text}" is not an action of the data plane, which is all that an IoT policy can allow`;
  return [{ path, message, source: actionPage }];
}

function variableWarnings({ text, path }: Item, version: string | undefined): CheckFinding[] {
  const names = variablesIn(text);
  if (version === '2008-10-17' && names.length > 0) {
    const message = `\${${names[0]}} is plain text in a policy of 2008-10-17; variables need 2012-10-17`;
    return [{ path, message, source: 'IAM User Guide, "IAM JSON policy elements: Version"' }];
  }
  const unknown = names.filter((name) => !isVariable(name));
  const open = text.replace(/\$\{[^{}]+\}/g, '').includes('${');
  return [
    ...unknown.map((name) => {
      const meant = meantVariable(name);
      const advice = meant === undefined ? '' : `; perhaps \${${meant}} is meant`;
      return {
        path,
        message: `AWS IoT has no variable \${${name}}, so this matches nothing${advice}`,
        source: variablePage,
      };
    }),
    ...(open ? [{ path, message: `"${text}" has "\${" without its "}"`, source: variablePage }] : []),
  ];
}

function variableInHead({ text, path }: Item): CheckFinding[] {
  const name = variablesIn(arnParts(text).slice(0, 5).join(':'))[0];
  if (name === undefined || !text.startsWith('arn:') || arnParts(text).length < 6) return [];
  const message = `\${${name}} stands before the resource's name, where AWS replaces no variables`;
  return [{ path, message, source: 'IAM User Guide, "Where you can use policy variables"' }];
}

function conditionWarnings({ operator: name, key, path, values }: Inspected['conditions'][number]): CheckFinding[] {
  const found: CheckFinding[] = [];
  if (!isConditionKey(key)) {
    const meant = meantVariable(key);
    const advice = meant === undefined ? '' : `; perhaps ${meant} is meant`;
    found.push({ path, message: `AWS IoT gives no value for the condition key ${key}${advice}`, source: variablePage });
  }
  const operator = operatorOf(name);
  const takes = operator?.comparison?.takes ?? ((text: string) => /^(true|false)$/i.test(text));
  for (const { text, path: at } of operator ? values : []) {
    if (!takes(text)) found.push({ path: at, message: `${name} cannot compare with "${text}"`, source: operatorPage });
  }
  if (operator?.set === 'all' && !/^iot:connectattributes$/i.test(key)) {
    const message = `${name} is true when the request has no ${key}; add "Null": {"${key}": "false"} where it must be there`;
    found.push({ path, message, source: 'IAM User Guide, "Multivalued context keys"' });
  }
  return found;
}

function doubleSids(statements: readonly Inspected[]): CheckFinding[] {
  const sids = statements.map(({ sid }) => sid);
  return statements
    .filter(({ sid }, index) => sid !== undefined && sids.indexOf(sid) < index)
    .map(({ sid, path }) => ({ path: `${path}/Sid`, message: `another statement has the Sid "${sid}", too` }));
}
