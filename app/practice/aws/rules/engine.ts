import { randomUUID } from 'node:crypto';
import type { Account, TopicRule } from '../account.ts';
import type { Message } from '../gateway/bus.ts';
import { isAmong } from '../gateway/topics.ts';
import { act, type Done } from './actions.ts';
import type { Scope } from './expression.ts';
import { readSql, type Statement } from './sql.ts';

/**
 * Runs the topic rules of an account on its messages, from devices and from AWS itself ("Rules for AWS IoT", AWS IoT developer guide).
 * Returns the function that ends it.
 */
export function startRules(account: Account): () => void {
  return account.bus.listen((message) => {
    for (const rule of account.state.rules.values()) {
      const meant = messageFor(rule, message);
      // A rule that answers a message with another one must not grow the stack.
      if (meant) setImmediate(() => void execute(account, rule, meant));
    }
  });
}

/** A message that comes from a rule, which came from a message …: AWS charges for such a circle, and this ends it. */
const longestChain = 10;
const chains = new WeakMap<Message, number>();

/** Basic ingest: a message for one rule, whatever its filter says ("Reducing messaging costs with Basic Ingest"). */
const basicIngest = /^\$aws\/rules\/([^/]+)\/(.+)$/;

function messageFor(rule: TopicRule, message: Message): Message | undefined {
  if (rule.payload.ruleDisabled === true) return undefined;
  const [, name, topic = ''] = basicIngest.exec(message.topic) ?? [];
  if (name !== undefined) return name === rule.name ? chained({ topic, payload: message.payload }, message) : undefined;
  const statement = statementOf(rule);
  // A rule of an older account may say what is not offered. That shows in the log.
  return typeof statement === 'string' || isAmong(message.topic, statement.from) ? message : undefined;
}

function chained(message: Message, cause: Message, more = 0): Message {
  chains.set(message, (chains.get(cause) ?? 0) + more);
  return message;
}

const statements = new WeakMap<object, Statement | string>();
function statementOf({ payload }: TopicRule): Statement | string {
  const known = statements.get(payload);
  if (known !== undefined) return known;
  let read: Statement | string;
  try {
    read = readSql(String(payload.sql));
  } catch (error) {
    read = (error as Error).message;
  }
  statements.set(payload, read);
  return read;
}

async function execute(account: Account, rule: TopicRule, message: Message): Promise<void> {
  if (account.closing()) return;
  const note = (details: string, reason?: string) =>
    account.log.note({
      eventType: 'RuleExecution',
      status: reason === undefined ? 'Success' : 'Failure',
      topicName: message.topic,
      details: `rule ${rule.name}${details}`,
      ...(reason !== undefined && { reason }),
    });
  const statement = statementOf(rule);
  if (typeof statement === 'string') return note('', `SqlParseException: ${statement}`);
  if ((chains.get(message) ?? 0) > longestChain) return note('', 'The rules republish in a circle.');
  const payload = payloadOf(message);
  if (payload === undefined) return note('', 'The payload is not JSON.');
  const scope: Scope = { topic: message.topic, payload, accountId: account.id, now: account.clock.now().getTime() };
  const selected = statement.select(scope);
  if (selected === undefined) return;
  const done: Done = {
    account,
    rule,
    scope,
    selected,
    publish: (topic, bytes) => account.bus.publish(chained({ topic, payload: bytes }, message, 1)),
  };
  const { actions, errorAction } = rule.payload as { actions: Json[]; errorAction?: Json };
  const failures: object[] = [];
  for (const action of actions) {
    const { name, failed } = await act(done, action);
    note(`, action ${name}`, failed);
    if (failed !== undefined) failures.push({ failedAction: name, failedResource: rule.name, errorMessage: failed });
  }
  if (failures.length === 0 || !errorAction) return;
  const { name, failed } = await act({ ...done, selected: errorOf(rule, message, failures) }, errorAction);
  note(`, error action ${name}`, failed);
}

type Json = Record<string, unknown>;

/** "Error handling (error action)": the message that an error action gets. */
const errorOf = ({ name: ruleName }: TopicRule, { topic, payload }: Message, failures: object[]) => ({
  ruleName,
  topic,
  cloudwatchTraceId: randomUUID(),
  base64OriginalPayload: Buffer.from(payload).toString('base64'),
  failures,
});

function payloadOf({ payload }: Message): unknown {
  try {
    return JSON.parse(Buffer.from(payload).toString('utf8'));
  } catch {
    return undefined;
  }
}
