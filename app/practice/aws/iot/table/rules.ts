/** Topic rules: where each member travels and what it may be (service model iot/2015-05-28). */
import { flag, header, path, payload, query, row, whole } from '../shapes.ts';
import { anyText, ruleName, topicRulePayload } from '../types.ts';

export const ruleTable = {
  CreateTopicRule: row(
    'POST /rules/{ruleName}',
    { ruleName: path(ruleName), topicRulePayload: payload(topicRulePayload), tags: header(anyText, 'x-amz-tagging') },
    { resource: 'rule/{ruleName}', partly: 'much of the SQL, and actions other than lambda, republish and DynamoDB' },
  ),
  GetTopicRule: row('GET /rules/{ruleName}', { ruleName: path(ruleName) }, { resource: 'rule/{ruleName}' }),
  ReplaceTopicRule: row(
    'PATCH /rules/{ruleName}',
    { ruleName: path(ruleName), topicRulePayload: payload(topicRulePayload) },
    { resource: 'rule/{ruleName}', partly: 'much of the SQL, and actions other than lambda, republish and DynamoDB' },
  ),
  DeleteTopicRule: row('DELETE /rules/{ruleName}', { ruleName: path(ruleName) }, { resource: 'rule/{ruleName}' }),
  ListTopicRules: row('GET /rules', {
    topic: query(anyText),
    maxResults: query(whole(1, 10000)),
    nextToken: query(anyText),
    ruleDisabled: query(flag),
  }),
  EnableTopicRule: row('POST /rules/{ruleName}/enable', { ruleName: path(ruleName) }, { resource: 'rule/{ruleName}' }),
  DisableTopicRule: row(
    'POST /rules/{ruleName}/disable',
    { ruleName: path(ruleName) },
    { resource: 'rule/{ruleName}' },
  ),
};
