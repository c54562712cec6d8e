/** What AWS answers with is checked, and is on record before anyone has it; over each of the three ways to ask AWS. */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { before, describe, test } from 'node:test';
import { certificateId, parseCsr, pemOf } from '../../app/ca/index.ts';
import { type ErrorCode, StationError } from '../../app/contract/index.ts';
import { type AwsTools, type ClaimTools, issueAtAws, issueByClaim, issueByDevice } from '../../app/issuing/index.ts';
import { issue, makeCsr, testCa, now as today } from '../ca/support.ts';
import { refuses } from '../records/support.ts';

const thing = { thingName: 'agent-SN-1', deviceConfiguration: {} };
const waiting = { along: <T>(commit: (pending: never[]) => Promise<T>) => commit([]) };
const csr = parseCsr(makeCsr('SN-1').csrDer);
const job = { target: 'main', profile: 'p', key: csr, unitSerial: 'SN-1', attempt: 1, actor: 'erik' };
const claimJob = { ...job, template: 'fleet', orderId: 'WO-1' };

const now = today.toISOString();

type Answer = { certificateId: string; certificatePem: string };
type Bed = { now: string; failsAt?: string; answer: () => Promise<Answer> };

/** Tools whose ledger tells what it is asked, in its order; what AWS is asked stands between. */
function bedOf({ now, failsAt, answer }: Bed) {
  const told: string[] = [];
  const tell = async (what: string) => {
    // A caller that does not wait is ahead of what is told here.
    await new Promise(setImmediate);
    told.push(what);
    if (what === failsAt) throw new StationError('records.diskFull', 'the disk is full');
  };
  const ledger: ClaimTools['ledger'] = {
    askAws: async () => {
      await tell('asked');
      return 7;
    },
    refuseAwsRequest: async ({ requestId, reason }) => tell(`refused ${requestId} ${reason}`),
    recordAwsMade: async () => tell('made'),
    recordAwsIssued: async ({ requestId, ...issued }) => tell(`issued ${requestId} ${issued.thing?.thingName ?? '-'}`),
  };
  const certify = async () => {
    told.push('certify');
    return answer();
  };
  const provision = async () => {
    told.push('provision');
    return thing;
  };
  const talk = { certify, provision, close: async () => {} };
  const claim = { certificateDer: new Uint8Array(), privateKeyDer: new Uint8Array(), host: 'h', port: 1 };
  const tools: AwsTools & ClaimTools = {
    ledger,
    clock: { now: () => new Date(now) },
    authority: () => ({ caPublicKeys: [] }),
    assertSound: async () => {},
    awsCa: async () => ({ certify }),
    spokesman: async () => ({ claim: async () => talk, handOver: async () => claim }),
  };
  return { told, tools, certify };
}

const ways = {
  issueAtAws: ({ tools }: ReturnType<typeof bedOf>) => issueAtAws(job, tools, waiting),
  issueByClaim: ({ tools }: ReturnType<typeof bedOf>) =>
    issueByClaim({ ...claimJob, clientId: 'c', parameters: {} }, tools, waiting),
  issueByDevice: ({ tools, certify }: ReturnType<typeof bedOf>) =>
    issueByDevice({ ...claimJob, use: async () => ({ ...(await certify()), thing }) }, tools, waiting),
};

let der: Uint8Array;
let answer: Answer;
const answerOf = (der: Uint8Array): Answer => ({
  certificateId: certificateId(der),
  certificatePem: pemOf('CERTIFICATE', der),
});
before(async () => {
  ({ certificateDer: der } = await issue(csr.der, 'SN-1', await testCa()));
  answer = answerOf(der);
});

const expected: Record<keyof typeof ways, string[]> = {
  issueAtAws: ['asked', 'certify', 'issued 7 -'],
  issueByClaim: ['asked', 'certify', 'made', 'provision', 'issued 7 agent-SN-1'],
  issueByDevice: ['asked', 'certify', 'made', 'issued 7 agent-SN-1'],
};

for (const [name, way] of Object.entries(ways)) {
  describe(`${name}: what AWS answers with`, () => {
    test('is on record, each step before the next, and before anyone has it', async () => {
      const steps = expected[name as keyof typeof ways];
      const bed = bedOf({ now, answer: async () => answer });
      const issued = await way(bed);
      assert.deepEqual(bed.told, steps);
      assert.deepEqual(
        [issued.certificateId, issued.thing, Buffer.from(issued.der).equals(der)],
        [answer.certificateId, name === 'issueAtAws' ? undefined : thing, true],
      );
      for (const failsAt of steps.filter((step) => !['certify', 'provision'].includes(step))) {
        const failing = bedOf({ now, failsAt, answer: async () => answer });
        await assert.rejects(way(failing), refuses('records.diskFull'), failsAt);
        assert.deepEqual(failing.told, steps.slice(0, steps.indexOf(failsAt) + 1), failsAt);
      }
    });

    test('is for that key, of that id, and valid now; else it is nobody’s, and is looked for', async () => {
      const other = parseCsr(makeCsr('SN-1').csrDer);
      const { certificateDer } = await issue(other.der, 'SN-1', await testCa());
      const { validFrom, validTo } = new X509Certificate(der);
      const at = (edge: string, ms: number) => new Date(Date.parse(edge) + ms).toISOString();
      const wrong: [string, Bed][] = [
        ['another key', { now, answer: async () => answerOf(certificateDer) }],
        ['another id', { now, answer: async () => ({ ...answer, certificateId: 'f'.repeat(64) }) }],
        ['not yet valid', { now: at(validFrom, -1), answer: async () => answer }],
        ['no longer valid', { now: at(validTo, 1), answer: async () => answer }],
      ];
      for (const [what, given] of wrong) {
        const bed = bedOf(given);
        await assert.rejects(way(bed), refuses('cloud.badAnswer'), what);
        assert.deepEqual(bed.told, ['asked', 'certify'], what);
      }
      for (const edge of [validFrom, validTo]) await way(bedOf({ now: at(edge, 0), answer: async () => answer }));
      await way(bedOf({ now, answer: async () => ({ ...answer, certificateId: answer.certificateId.toUpperCase() }) }));
    });

    test('is not asked for while nothing may be issued', async () => {
      const bed = bedOf({ now, answer: async () => answer });
      const assertSound = () => Promise.reject(new StationError('policy.interlock', 'the log is not sound'));
      await assert.rejects(way({ ...bed, tools: { ...bed.tools, assertSound } }), refuses('policy.interlock'));
      assert.deepEqual(bed.told, []);
    });

    test('a refusal settles the request before it is told; any other failure leaves it to be looked for', async () => {
      const failing = (code: ErrorCode) =>
        bedOf({ now, answer: () => Promise.reject(new StationError(code, 'what AWS says')) });
      for (const code of ['cloud.refused', 'cloud.denied', 'cloud.credentials', 'cloud.throttled'] as const) {
        const bed = failing(code);
        await assert.rejects(way(bed), refuses(code));
        const settled = name === 'issueByDevice' ? [] : [`refused 7 ${code}: what AWS says`];
        assert.deepEqual(bed.told, ['asked', 'certify', ...settled]);
      }
      const bed = failing('cloud.unreachable');
      await assert.rejects(way(bed), refuses('cloud.unreachable'));
      assert.deepEqual(bed.told, ['asked', 'certify']);
    });
  });
}

describe('what AWS or the device refuses before a certificate is made', () => {
  const denied = async () => Promise.reject(new StationError('cloud.denied', 'no'));
  const settled = ['asked', 'refused 7 cloud.denied: no'];

  test('the claim', async () => {
    for (const way of [ways.issueByClaim, ways.issueByDevice]) {
      const bed = bedOf({ now, answer: async () => answer });
      const tools = { ...bed.tools, spokesman: async () => ({ claim: denied, handOver: denied }) };
      await assert.rejects(way({ ...bed, tools }), refuses('cloud.denied'));
      assert.deepEqual(bed.told, settled);
    }
  });

  test('the device that failed says whether AWS had made anything', async () => {
    for (const nothingMade of [true, false]) {
      const bed = bedOf({ now, answer: async () => answer });
      const use = async () => ({ failed: new StationError('cloud.denied', 'no'), nothingMade });
      await assert.rejects(issueByDevice({ ...claimJob, use }, bed.tools, waiting), refuses('cloud.denied'));
      assert.deepEqual(bed.told, nothingMade ? settled : ['asked']);
    }
  });
});
