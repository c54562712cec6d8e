/** How AWS comes to know a CA, whatever it knows already; and how long a new key is waited for. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { StationError } from '../../app/contract/errors.ts';
import { type Cloud, certificateIdOf, registerCa } from '../../app/registration/index.ts';
import { onceKnown } from '../../app/registration/keyspec.ts';
import { pki } from '../practice/support.ts';

const awsError = (name: string) => new StationError('cloud.refused', name, { data: { awsError: name } });

describe('a CA at AWS', () => {
  /** What AWS knows at each look, and what it is then asked. */
  const ask = async (
    pem: string,
    statuses: (string | undefined)[],
    refusals: Partial<Record<string, Error>> = {},
    said = ({ data }: StationError) => data?.awsError,
  ) => {
    const did: string[] = [];
    const act = async (what: string) => {
      did.push(what);
      const refusal = refusals[what];
      if (refusal) throw refusal;
    };
    const cloud = {
      describeCa: async () => statuses.shift(),
      registrationCode: async () => 'code-1',
      registerCa: ({ verificationCertificatePem }: { verificationCertificatePem: string }) =>
        act(`register with ${verificationCertificatePem}`),
      activateCa: (id: string) => act(`activate ${id === certificateIdOf(pem)}`),
    } as unknown as Cloud;
    const makeVerificationCertificate = async (code: string) => `proof of ${code}`;
    const registered = registerCa(cloud, { caCertificatePem: pem, makeVerificationCertificate });
    const outcome = await registered.then(
      ({ outcome }) => outcome,
      (error: StationError) => said(error),
    );
    return [outcome, ...did];
  };

  test('that does not know it registers it, that knows it as inactive activates it, and is left alone otherwise', async (t) => {
    const pem = pki(t).ca('ca');
    const register = 'register with proof of code-1';
    const exists = { [register]: awsError('ResourceAlreadyExistsException') };
    assert.deepEqual(await ask(pem, [undefined]), ['registered', register]);
    assert.deepEqual(await ask(pem, ['ACTIVE']), ['alreadyActive']);
    assert.deepEqual(await ask(pem, ['INACTIVE']), ['activated', 'activate true']);
    assert.deepEqual(await ask(pem, [undefined, 'ACTIVE'], exists), ['alreadyActive', register]);
    assert.deepEqual(await ask(pem, [undefined, 'INACTIVE'], exists), ['activated', register, 'activate true']);
  });

  test('that another account of the Region has is told as that: nothing here can be activated', async (t) => {
    const register = 'register with proof of code-1';
    const exists = { [register]: awsError('ResourceAlreadyExistsException') };
    const said = await ask(pki(t).ca('ca'), [undefined, undefined], exists, ({ detail }) => detail);
    assert.match(String(said[0]), /^another account of this Region has the CA in DEFAULT mode/);
    assert.deepEqual(said.slice(1), [register]);
  });

  test('that refuses is believed', async (t) => {
    const pem = pki(t).ca('ca');
    const register = 'register with proof of code-1';
    const limit = { [register]: awsError('LimitExceededException') };
    assert.deepEqual(await ask(pem, [undefined], limit), ['LimitExceededException', register]);
    const denied = { 'activate true': awsError('UnauthorizedException') };
    assert.deepEqual(await ask(pem, ['INACTIVE'], denied), ['UnauthorizedException', 'activate true']);
  });
});

describe('a new key', () => {
  test('is waited for some ten seconds, longer each time, and then its absence is told', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    let tries = 0;
    const gone = awsError('NotFoundException');
    const ended = onceKnown(() => {
      tries += 1;
      return Promise.reject(gone);
    }).catch((error: unknown) => error);
    for (const [count, waitMs] of [300, 600, 1200, 2400, 4800].entries()) {
      await turn();
      assert.equal(tries, count + 1);
      t.mock.timers.tick(waitMs - 1);
      await turn();
      assert.equal(tries, count + 1, 'not a moment before');
      t.mock.timers.tick(1);
    }
    assert.equal(await ended, gone);
    assert.equal(tries, 6);
  });

  test('is not asked for again when it is refused for another reason, nor when it is there', async () => {
    const denied = awsError('AccessDeniedException');
    await assert.rejects(
      onceKnown(() => Promise.reject(denied)),
      denied,
    );
    let tries = 0;
    const found = await onceKnown(async () => {
      tries += 1;
      return 'key';
    });
    assert.deepEqual([found, tries], ['key', 1]);
  });
});
