/** The one gate for every transport: envelope, method, role, params, result; and what an error becomes. */
import { randomUUID } from 'node:crypto';
import type { Agreement, SecondPerson } from '../contract/agreement.ts';
import { StationError } from '../contract/errors.ts';
import type { MethodSpec } from '../contract/method.ts';
import { type CheckedParams, type MethodName, methods, type Result } from '../contract/methods.ts';
import type { Person } from '../contract/model.ts';
import { callEnvelope, isMethodName, type Origin, type Reply } from '../contract/wire.ts';
import type { Log } from './log.ts';
import type { Session } from './people/sessions.ts';

/** Who calls, as records name them: "Erin Engineer (EN-3001)". */
export type Caller = {
  session: Session;
  person: Person | null;
  actor: string;
  /** After a wait inside a call: refuses `session.signedOut` where whoever asked is not signed in here any more. */
  assertPresent: () => void;
  /** Of an act that takes two persons. */
  agreement?: Agreement | undefined;
};

/** That an act was done alone is added by the dispatcher. */
type Answer<R> = R extends { alone: boolean } ? Omit<R, 'alone'> : R;

export type Handlers = {
  [M in MethodName]: (params: CheckedParams<M>, caller: Caller) => Promise<Answer<Result<M>>> | Answer<Result<M>>;
};

export type DispatchOptions = {
  handlers: Handlers;
  /** See `agreementOf`. */
  agree: (second: SecondPerson | undefined, caller: Caller) => Promise<Agreement>;
  audit: (entry: { entry: string; actor: string; subject: string; data: Record<string, unknown> }) => Promise<void>;
  log: Log;
  /** Who acts on this session, as the records have them at this moment. */
  present: (session: Session) => Person | null;
  /** A person did something; what a screen asks by itself is none. */
  onAct: (session: Session) => void;
};

/** What a person did without its being audited. Reads are none: screens make them by themselves. */
const acts: readonly string[] = [
  'session.stay',
  'bench.scan',
  'bench.retry',
  'bench.drop',
  'scan.take',
] satisfies MethodName[];

export const actorOf = (person: Person | null, origin: Origin): string =>
  person ? `${person.name} (${person.badge})` : `nobody (${origin})`;

/** Never rejects: whatever happens becomes a reply. */
export type Dispatch = (session: Session, envelope: unknown) => Promise<Reply>;

export function createDispatch(options: DispatchOptions): Dispatch {
  return async (session, raw) => {
    const envelope = callEnvelope.safeParse(raw);
    if (!envelope.success) return refuse(new StationError('call.malformed', 'not a call envelope'));
    const name = envelope.data.method;
    if (!isMethodName(name))
      return refuse(new StationError('call.unknownMethod', 'no such method', { data: { name } }));
    const spec: MethodSpec = methods[name];
    const person = options.present(session);
    const assertPresent = () => {
      if (person && options.present(session)?.personId !== person.personId) throw signedOut();
    };
    const caller: Caller = { session, person, actor: actorOf(person, session.origin), assertPresent };
    try {
      checkRole(spec.roles, person);
      if (person && (spec.audited || acts.includes(name))) options.onAct(session);
      const params = spec.params.safeParse(envelope.data.params);
      if (!params.success) throw badParams(params.error.issues);
      const handler = options.handlers[name] as (params: unknown, caller: Caller) => unknown;
      const agreement = await agreed(spec, params.data, caller, options);
      const answer = await handler(params.data, { ...caller, agreement });
      const said = agreement ? { ...(answer as object), alone: 'alone' in agreement } : answer;
      return { ok: true, result: spec.result.parse(said) };
    } catch (thrown) {
      const error = expected(thrown, name, options.log);
      if (spec.audited) await auditRefusal(options, name, caller, error);
      return refuse(error);
    }
  };
}

/** Before anything of an act happens that takes two persons. */
async function agreed(
  { twoPersons }: MethodSpec,
  params: unknown,
  caller: Caller,
  { agree }: DispatchOptions,
): Promise<Agreement | undefined> {
  const { second } = params as { second?: SecondPerson };
  // Where none is needed this time, one who was named agrees all the same: nothing that was typed is passed over.
  if (!twoPersons || (second === undefined && !twoPersons(params as never))) return undefined;
  return agree(second, caller);
}

const signedOut = () => new StationError('session.signedOut', 'sign in first');

const refuse = (error: StationError): Reply => ({ ok: false, error: error.toJSON() });

function checkRole(roles: MethodSpec['roles'], person: Person | null): void {
  if (roles === 'anyone') return;
  if (person === null) throw signedOut();
  if (!(roles as readonly string[]).includes(person.role)) {
    throw new StationError('session.forbidden', `a ${person.role} may not do this`, { data: { role: person.role } });
  }
}

/** Names the field and the rule, never the value: it may be a passphrase. */
function badParams(issues: { path: PropertyKey[]; message: string }[]): StationError {
  const [first] = issues;
  const path = first?.path.map(String).join('.') ?? '';
  return new StationError(
    'call.badParams',
    path ? `${path}: ${first?.message}` : (first?.message ?? 'bad parameters'),
    {
      data: { path },
    },
  );
}

/** Anything unexpected becomes `internal` with a reference number; its stack goes to the log only. */
function expected(thrown: unknown, method: string, log: Log): StationError {
  if (thrown instanceof StationError && thrown.code !== 'internal') {
    log.info({ method, code: thrown.code, detail: thrown.detail }, 'refused');
    return thrown;
  }
  const reference = randomUUID().slice(0, 8);
  log.error({ method, reference, err: thrown }, 'unexpected');
  return new StationError('internal', `unexpected error, reference ${reference}`, { data: { reference } });
}

async function auditRefusal(
  options: DispatchOptions,
  name: string,
  caller: Caller,
  error: StationError,
): Promise<void> {
  try {
    await options.audit({ entry: 'call.refused', actor: caller.actor, subject: name, data: { code: error.code } });
  } catch (thrown) {
    options.log.error({ err: thrown }, 'the refusal could not be audited');
  }
}
