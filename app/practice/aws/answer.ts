import type { Account } from './account.ts';
import { type Desk, looksLikeIot } from './desks.ts';
import { ServiceError } from './errors.ts';
import type { Faults, Meeting } from './faults.ts';
import type { Call, Reply } from './http.ts';
import { reportBytes } from './iot/tasks.ts';
import { codeBytes } from './lambda/router.ts';
import { callRefusal } from './permissions/guard.ts';
import { type Identity, userName } from './permissions/identities.ts';
import type { Service } from './service.ts';
import { assertScope, checkSignature, identityOf, isTooSkewed, serviceOf } from './signature.ts';
import type { Rates } from './throttle.ts';
import { troubles } from './troubles.ts';

type Parts = {
  account: Account;
  desks: Record<Service, Desk>;
  faults: Faults;
  rates: Rates;
  /** Signatures are not checked, and an unknown access key is the user's. */
  anyClient: boolean;
};
type Answer = Reply | 'hangup';

/**
 * Answers one call: who it is from, what it asks for, whether it comes too fast, which fault it meets, whether its caller
 * may do it, and then the operation itself. `hangup` means that the connection is cut.
 */
export function createAnswer({ account, desks, faults, rates, anyClient }: Parts) {
  const callerOf = (call: Call, service: Service): Identity => {
    if (!anyClient) {
      const caller = checkSignature(call, service, account.region, account.state.identities);
      if (isTooSkewed(call, service, account.clock.now())) throw troubles[service].skew();
      return caller;
    }
    assertScope(call, service, account.region);
    const user = account.state.identities.get(userName);
    if (!user) throw new Error('the account has no user');
    return identityOf(call, account.state.identities) ?? user;
  };

  /** Lets a call meet its faults. */
  const through = async (meeting: Meeting, act: () => Promise<Answer>): Promise<Answer> => {
    if (meeting.slowMs !== undefined) await account.rest(meeting.slowMs);
    if (meeting.hangup === 'before') return 'hangup';
    if (meeting.error) throw meeting.error;
    if (meeting.html) return proxyPage;
    const answer = await act();
    return meeting.hangup === 'after' ? 'hangup' : answer;
  };

  const operate = (call: Call, service: Service, requestId: string) => async (): Promise<Answer> => {
    const desk = desks[service];
    const caller = callerOf(call, service);
    const operation = desk.operation(call);
    if (!rates.take(service, operation)) throw troubles[service].throttle();
    return through(faults.meet(service, operation), async () => {
      const refusal = callRefusal(account, caller, service, operation, call);
      if (refusal !== undefined) throw troubles[service].denied(refusal);
      return desk.call(operation, call, caller, requestId);
    });
  };

  /** A plain, unsigned GET fetches reports, and the code of functions. The link itself is the permission. */
  const report = (call: Call) => () =>
    through(faults.meet('s3', 'GetReport'), async () => {
      const code = call.segments[1] === 'code' ? await codeBytes(account, call.segments) : undefined;
      if (code) return { status: 200, headers: { 'content-type': 'application/zip' }, body: code };
      const body = await reportBytes(account, call.segments);
      if (body === undefined) return { status: 403 };
      return { status: 200, headers: { 'content-type': 'application/json' }, body: faults.report(body) };
    });

  return async (call: Call, requestId: string): Promise<Answer> => {
    const isReport = call.method === 'GET' && call.segments[0] === '-';
    const service = isReport ? 's3' : serviceOf(call, (one) => looksLikeIot(one, account));
    try {
      return await through(faults.standing(service), isReport ? report(call) : operate(call, service, requestId));
    } catch (error) {
      return desks[service].failure(error instanceof ServiceError ? error : desks[service].internal(), requestId);
    }
  };
}

/** What a proxy in a factory's network puts in place of an answer. */
const proxyPage: Reply = {
  status: 200,
  headers: { 'content-type': 'text/html' },
  body: '<!DOCTYPE html><html><head><title>Sign in to the network</title></head><body>Sign in</body></html>\n',
};
