/** The one gate for every transport: envelope, method, role, params, result; and what an error becomes. */
import { randomUUID } from 'node:crypto';
import { StationError } from '../contract/errors.ts';
import { type CheckedParams, type MethodName, methods, type Result } from '../contract/methods.ts';
import type { Person, SignedIn } from '../contract/model.ts';
import { callEnvelope, isMethodName, type Origin, type Reply } from '../contract/wire.ts';
import type { Log } from './log.ts';

/** One connection's session. */
export type Session = { readonly origin: Origin; person: SignedIn | null; onChange: () => void };

/** Who calls, as records name them: "Erin Engineer (EN-3001)". */
export type Caller = { session: Session; person: Person | null; actor: string };

export type Handlers = {
  [M in MethodName]: (params: CheckedParams<M>, caller: Caller) => Promise<Result<M>> | Result<M>;
};

export type DispatchOptions = {
  handlers: Handlers;
  audit: (entry: { entry: string; actor: string; subject: string; data: Record<string, unknown> }) => Promise<void>;
  log: Log;
};

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
    const spec = methods[name];
    const caller = { session, person: session.person, actor: actorOf(session.person, session.origin) };
    try {
      checkRole(spec.roles, session.person);
      const params = spec.params.safeParse(envelope.data.params);
      if (!params.success) throw badParams(params.error.issues);
      const handler = options.handlers[name] as (params: unknown, caller: Caller) => unknown;
      const result = spec.result.parse(await handler(params.data, caller));
      return { ok: true, result };
    } catch (thrown) {
      const error = expected(thrown, name, options.log);
      if (spec.audited) await auditRefusal(options, name, caller, error);
      return refuse(error);
    }
  };
}

const refuse = (error: StationError): Reply => ({ ok: false, error: error.toJSON() });

function checkRole(roles: (typeof methods)[MethodName]['roles'], person: Person | null): void {
  if (roles === 'anyone') return;
  if (person === null) throw new StationError('session.signedOut', 'sign in first');
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
