import { type Account, iotArn, nowSeconds, type TopicRule } from '../account.ts';
import { iotError } from '../errors.ts';
import { readSql } from '../rules/sql.ts';
import type { Handlers } from './operation.ts';
import { list } from './pages.ts';
import { exists } from './records.ts';
import type { ruleTable } from './table/rules.ts';
import { checkTags, tag } from './tags.ts';

/** Topic rules as they are kept. `../rules` runs them. */

export const ruleHandlers: Handlers<typeof ruleTable> = {
  CreateTopicRule: ({ ruleName: name, topicRulePayload, tags }, account) => {
    const wanted = [...new URLSearchParams(tags)].map(([Key, Value]) => ({ Key, Value }));
    checkTags(wanted);
    const payload = checkPayload(topicRulePayload);
    const arn = iotArn(account, `rule/${name}`);
    if (account.state.rules.has(name)) throw exists(`Rule ${name} already exists.`, name, arn);
    account.state.rules.set(name, { name, arn, payload, createdAt: nowSeconds(account) });
    tag(account, arn, wanted);
    account.changed();
    return {};
  },

  GetTopicRule: ({ ruleName }, account) => {
    const { name, arn, payload, createdAt } = findRule(account, ruleName);
    return { ruleArn: arn, rule: { ruleDisabled: false, ...payload, ruleName: name, createdAt } };
  },

  ReplaceTopicRule: ({ ruleName, topicRulePayload }, account) => {
    findRule(account, ruleName).payload = checkPayload(topicRulePayload);
    account.changed();
    return {};
  },

  DeleteTopicRule: ({ ruleName }, account) => {
    const { arn } = findRule(account, ruleName);
    account.state.rules.delete(ruleName);
    account.state.tags.delete(arn);
    account.changed();
    return {};
  },

  ListTopicRules: (input, account) =>
    list(account, input, 'rules', {
      keys: account.state.rules.keys(),
      show: (name) => {
        const rule = account.state.rules.get(name);
        if (!rule) return undefined;
        const { sql, ruleDisabled = false } = rule.payload;
        const topicPattern = topicOf(String(sql));
        const wanted =
          (input.topic ?? topicPattern) === topicPattern && (input.ruleDisabled ?? ruleDisabled) === ruleDisabled;
        return wanted
          ? { ruleArn: rule.arn, ruleName: name, topicPattern, createdAt: rule.createdAt, ruleDisabled }
          : undefined;
      },
    }),

  EnableTopicRule: ({ ruleName }, account) => setDisabled(account, ruleName, false),
  DisableTopicRule: ({ ruleName }, account) => setDisabled(account, ruleName, true),
};

/** The model of these operations has no ResourceNotFoundException. AWS answers as if the rule were another account's. */
function findRule(account: Account, name: string): TopicRule {
  const rule = account.state.rules.get(name);
  if (!rule) throw iotError('UnauthorizedException', `Access to topic rule '${name}' was denied`);
  return rule;
}

function setDisabled(account: Account, name: string, ruleDisabled: boolean): object {
  const rule = findRule(account, name);
  rule.payload = { ...rule.payload, ruleDisabled };
  account.changed();
  return {};
}

type Payload = { sql: string; actions: Record<string, unknown>[]; errorAction?: Record<string, unknown> };

function checkPayload<P extends Payload>(payload: P): P {
  try {
    readSql(payload.sql);
  } catch (error) {
    throw iotError('SqlParseException', `${(error as Error).message}.`);
  }
  for (const action of [...payload.actions, ...(payload.errorAction ? [payload.errorAction] : [])]) {
    const kinds = Object.values(action).filter((value) => value !== null);
    if (kinds.length !== 1) throw iotError('InvalidRequestException', 'An action has exactly one member.');
  }
  return payload;
}

const topicOf = (sql: string): string | undefined => /^\s*SELECT\s.+\sFROM\s+'([^']+)'/is.exec(sql)?.[1];
