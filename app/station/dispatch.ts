/**
 * The one gate for every transport. It checks envelope, method, role, params and result, and turns errors into replies.
 */
import { randomUUID } from 'node:crypto';
import type { Agreement, SecondPerson } from '../contract/agreement.ts';
import { StationError } from '../contract/errors.ts';
import { firstIssue } from '../contract/issues.ts';
import type { MethodSpec, SecondPersonRule } from '../contract/method.ts';
import { type CheckedParams, type MethodName, methods, type Result } from '../contract/methods.ts';
import type { AuditWrite, Person } from '../contract/model.ts';
import { callEnvelope, isMethodName, type Origin, type Reply } from '../contract/wire.ts';
import type { Log } from './log.ts';
import type { Session } from './people/sessions.ts';

/** The caller, as records name them: "Erin Engineer (EN-3001)". */
export type Caller = {
  session: Session;
  person: Person | null;
  actor: string;
  /**
   * Call it after a wait inside a call.
   *
   * @throws `session.signedOut` – when the caller is no longer signed in here
   */
  assertPresent: () => void;
  /** The agreement, if the act needs two people. */
  agreement?: Agreement | undefined;
};

/** The dispatcher itself adds whether the act was done alone. */
type Answer<R> = R extends { alone: boolean } ? Omit<R, 'alone'> : R;

export type Handlers = {
  [M in MethodName]: (params: CheckedParams<M>, caller: Caller) => Promise<Answer<Result<M>>> | Answer<Result<M>>;
};

/** An act of two people: the person who was named, and what the method table says for the case that no one could agree. */
export type Asked = { second: SecondPerson | undefined; ifNoOne: SecondPersonRule['ifNoOne'] };

export type DispatchOptions = {
  handlers: Handlers;
  /** See `agreementOf`. */
  agree: (asked: Asked, caller: Caller) => Promise<Agreement>;
  audit: (entry: AuditWrite) => Promise<void>;
  log: Log;
  /** The person who acts on this session, as the records have them at this moment. */
  present: (session: Session) => Person | null;
  /** Called when a person acts. A screen's own requests do not count. */
  onAct: (session: Session) => void;
};

/** The acts of a person that are not audited. Reads are not among them, because screens make them by themselves. */
const acts: readonly string[] = [
  'session.stay',
  'bench.scan',
  'bench.retry',
  'bench.drop',
  'scan.take',
] satisfies MethodName[];

/** The actor of a call, as records name it. Without a person it names the origin. */
export const actorOf = (person: Person | null, origin: Origin): string =>
  person ? `${person.name} (${person.badge})` : `nobody (${origin})`;

/** Never rejects: every error becomes a reply. */
export type Dispatch = (session: Session, envelope: unknown) => Promise<Reply>;

/** The dispatcher over these handlers. */
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
      checkOrigin(spec.origins, session.origin);
      checkRole(spec.roles, person);
      if (person && (spec.audited !== false || acts.includes(name))) options.onAct(session);
      const params = spec.params.safeParse(envelope.data.params);
      if (!params.success) throw badParams(firstIssue(params.error.issues));
      const handler = options.handlers[name] as (params: unknown, caller: Caller) => unknown;
      const agreement = await agreed(spec, params.data, caller, options);
      const answer = await handler(params.data, { ...caller, agreement });
      const said = agreement ? { ...(answer as object), alone: 'alone' in agreement } : answer;
      return { ok: true, result: spec.result.parse(said) };
    } catch (thrown) {
      const error = expected(thrown, name, options.log);
      if (spec.audited !== false) await auditRefusal(options, name, caller, error);
      return refuse(error);
    }
  };
}

/** Asks for the agreement before an act of two people begins. */
async function agreed(
  { secondPerson: rule }: MethodSpec,
  params: unknown,
  caller: Caller,
  { agree }: DispatchOptions,
): Promise<Agreement | undefined> {
  const { second } = params as { second?: SecondPerson };
  // If this act needs only one person but names a second, that person still has to agree: nothing that was typed is
  // ignored.
  if (!rule || (second === undefined && rule.when && !rule.when(params as never))) return undefined;
  return agree({ second, ifNoOne: rule.ifNoOne }, caller);
}

const signedOut = () => new StationError('session.signedOut', 'sign in first');

const refuse = (error: StationError): Reply => ({ ok: false, error: error.toJSON() });

/** Pages may not call methods that name a device of this PC. */
function checkOrigin(origins: MethodSpec['origins'], origin: Origin): void {
  if (origins === undefined || origins.includes(origin)) return;
  throw new StationError('session.forbidden', 'this is for the command line only', { data: { origin } });
}

function checkRole(roles: MethodSpec['roles'], person: Person | null): void {
  if (roles === 'anyone') return;
  if (person === null) throw signedOut();
  if (!(roles as readonly string[]).includes(person.role)) {
    throw new StationError('session.forbidden', `the role ${person.role} may not do this`, {
      data: { role: person.role },
    });
  }
}

const badParams = ({ path, detail }: { path: string; detail: string }): StationError =>
  new StationError('call.badParams', detail, { data: { path } });

/** An unexpected error becomes `internal` with a reference number. Its stack goes only to the log. */
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
