/** Each rule on real records: asked beforehand, and in the transaction that reserves after the facts have changed. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseCsr } from '../../app/ca/index.ts';
import type { ErrorCode } from '../../app/contract/errors.ts';
import { checkBeforehand, requestFacts } from '../../app/issuing/index.ts';
import { rules } from '../../app/issuing/rules/index.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { makeCsr } from '../ca/support.ts';
import { signedOf } from '../plant/documents.ts';
import {
  type Bed,
  issueFor,
  keyOf,
  lintedTbs,
  makeBed,
  model,
  orderId,
  passUnit,
  refuses,
} from '../records/support.ts';

const actor = 'test';
const profile = 'aws-iot-device';
const unitSerial = 'U1';
/** The key that is asked for. */
const key = 'asked';

type Asked = { commonName: string; key: string; profile: string; caPublicKeys: string[] };
type Case = {
  code: ErrorCode;
  reason?: string;
  /** What happened between the check and the reservation; it may also change what is asked for. */
  change: (bed: Bed) => Promise<unknown>;
  /** What is asked for afterwards, where it is not the same. */
  asks?: Partial<Asked>;
  quantity?: number;
};

const admit = ({ ledger }: Bed, unit: string, order = orderId) =>
  ledger.admitUnit({ unitSerial: unit, orderId: order, actor, practice: true });

const unchanged = async () => {};

const cases: Record<string, Case> = {
  unitIsNotScrapped: {
    code: 'unit.scrapped',
    change: ({ ledger }) => ledger.scrapUnit({ unitSerial, reason: 'broken', actor, agreedBy: 'erin' }),
  },
  plantHasNotRefused: {
    code: 'plant.collision',
    change: ({ ledger }) =>
      ledger.recordPlantRefusals([
        { unitSerial, kind: 'key', value: keyOf(key), ownerId: 'station-2', owner: 'Line 2', ownerUnit: 'U9' },
      ]),
  },
  plantHasNotRevoked: {
    code: 'plant.revoked',
    change: ({ ledger }) =>
      ledger.applyPlantDocument(
        signedOf({
          kind: 'revocations',
          items: [
            { serialHex: null, unitSerial, reason: 'keyCompromise', note: 'stolen', revokedAt: '2026-11-21T08:00:00Z' },
          ],
        }),
      ),
  },
  subjectFitsUnit: {
    code: 'csr.subjectMismatch',
    reason: 'subjectMismatch',
    change: unchanged,
    asks: { commonName: 'U2' },
  },
  keyIsNoCaKey: { code: 'policy.keySeen', reason: 'caKey', change: unchanged, asks: { caPublicKeys: [keyOf(key)] } },
  keyIsNew: {
    code: 'policy.keySeen',
    reason: 'keySeen',
    change: (bed) => issueFor(bed, 'U2', key),
  },
  keyIsNotSuperseded: {
    code: 'policy.keySeen',
    reason: 'superseded',
    async change(bed) {
      await passUnit(bed, unitSerial, key);
      await bed.ledger.reworkUnit({ unitSerial, reason: 'repaired', actor, agreedBy: 'erin' });
    },
  },
  keyIsNotCompromised: {
    code: 'policy.keyCompromised',
    reason: 'keyCompromised',
    async change(bed) {
      const { serialHex } = await passUnit(bed, unitSerial, key);
      await bed.ledger.revokeCertificate({ serialHex, reason: 'keyCompromise', note: 'read out', actor });
    },
  },
  unitHasNone: {
    code: 'policy.unitHasCertificate',
    reason: 'unitHasCertificate',
    change: (bed) => passUnit(bed, unitSerial, 'another'),
  },
  orderIsOpen: { code: 'order.closed', change: ({ ledger }) => ledger.closeOrder({ orderId, actor }) },
  orderHasNotEnded: { code: 'order.ended', change: async ({ clock }) => clock.advance(3_600_000) },
  orderTakesSerial: {
    code: 'order.serialOutOfRange',
    async change({ ledger, file }) {
      const range = { serialFrom: 'U2', serialTo: 'U9' };
      await ledger.makeOrder({ orderId: 'RANGE', model, quantity: 8, profile, ...range, activate: false, actor });
      // No call of the records moves a unit into an order that is not for it.
      const sql = openSqlite(file);
      sql.run("UPDATE units SET orderId = 'RANGE'");
      sql.close();
    },
  },
  orderTakesProfile: { code: 'order.profileNotAllowed', change: unchanged, asks: { profile: 'another' } },
  orderHasRoom: { code: 'order.full', quantity: 1, change: (bed) => issueFor(bed, 'U2') },
};

describe('the same rules both ways', () => {
  test('each has its case here', () => {
    assert.deepEqual(
      Object.keys(cases),
      rules.map(({ name }) => name),
    );
  });

  for (const [name, { code, reason, change, asks = {}, quantity = 9 }] of Object.entries(cases)) {
    test(`${name}: ${code}`, async (t) => {
      const bed = await makeBed(t, { quantity });
      const { ledger, issuerId } = bed;
      const endsAt = new Date(bed.clock.now().getTime() + 3_600_000).toISOString();
      await ledger.makeOrder({ orderId: 'ENDS', model, quantity, profile, endsAt, activate: false, actor });
      await admit(bed, unitSerial, name === 'orderHasNotEnded' ? 'ENDS' : orderId);

      const ask = (asked: Partial<Asked>) => {
        const { commonName = unitSerial, caPublicKeys = [] } = asked;
        const csr = { ...parseCsr(makeCsr(commonName).csrDer), spkiSha256: keyOf(asked.key ?? key) };
        const wanted = asked.profile ?? profile;
        const linted = lintedTbs(issuerId, { spkiSha256: csr.spkiSha256, profile: wanted });
        const request = requestFacts(csr, caPublicKeys);
        return {
          beforehand: () =>
            checkBeforehand({ csr, unitSerial, profile: wanted }, { ledger, authority: () => ({ caPublicKeys }) }),
          reserve: () => ledger.reserve(linted, { unitSerial, attempt: 0, actor, request }),
        };
      };
      await ask({}).beforehand();
      await change(bed);
      const { beforehand, reserve } = ask(asks);
      const refused = (thrown: { code: string; data?: { reason?: string } }) => {
        assert.deepEqual([thrown.code, thrown.data?.reason], [code, reason]);
        return true;
      };
      await assert.rejects(beforehand(), refused);
      const before = (await ledger.showUnit(unitSerial)).certificates.length;
      await assert.rejects(reserve(), refused);
      assert.equal((await ledger.showUnit(unitSerial)).certificates.length, before, 'nothing was reserved');
    });
  }

  test('where nothing has changed it is reserved', async (t) => {
    const bed = await makeBed(t);
    await admit(bed, unitSerial);
    const linted = lintedTbs(bed.issuerId, { spkiSha256: keyOf(key) });
    const request = { commonName: unitSerial, isCaKey: false };
    await bed.ledger.reserve(linted, { unitSerial, attempt: 0, actor, request });
    await assert.rejects(
      bed.ledger.reserve(lintedTbs(bed.issuerId, { spkiSha256: keyOf(key) }), {
        unitSerial,
        attempt: 0,
        actor,
        request,
      }),
      refuses('records.conflict'),
      'a second one for the same key is no matter of the rules',
    );
  });
});
