/** The real functions: alone, and with their records on disk. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { defaultProfile } from '../../../app/ca/index.ts';
import { signCsr } from '../../../app/issuing/index.ts';
import type { Ledger } from '../../../app/records/index.ts';
import { systemClock } from '../../../main/clock.ts';
import { openLedger } from '../../../main/openstation.ts';
import { issue } from '../../ca/support.ts';
import { type Contender, each, type Open } from './contender.ts';
import { type Material, organisation } from './material.ts';

const inFlight = 32;

export const openOurs: Open = (material) => [
  {
    name: 'ours',
    role: 'ours',
    note: 'parse, prove, decide, build, lint, reserve in memory, sign, verify, encode; 32 under way',
    issue: (requests) =>
      each(requests, inFlight, async ({ csrDer, unitSerial }) => {
        const terms = { at: new Date(), fields: { organisation } };
        return (await issue(csrDer, unitSerial, material.ca, terms)).certificateDer;
      }),
  },
  recorded(material, 1),
  recorded(material, inFlight),
];

/** `signCsr` as the command `ca sign` calls it. Each turn has records of its own, because a key belongs to one unit permanently. */
function recorded(material: Material, concurrency: number): Contender {
  let records: Awaited<ReturnType<typeof openRecords>> | undefined;
  const closeRecords = async (): Promise<void> => {
    await records?.close();
    records = undefined;
  };
  const latenciesMs: number[] = [];
  return {
    name: `ours, on record, ${concurrency} at once`,
    role: 'ours',
    note: 'and its SQLite records on disk: 3 durable commits a certificate, synchronous FULL, group commit',
    latenciesMs,
    async ready() {
      await closeRecords();
      records = await openRecords(material);
    },
    issue: (requests) =>
      each(requests, concurrency, async ({ csrDer, unitSerial }) => {
        const began = performance.now();
        const job = { csr: csrDer, unitSerial, orderId: undefined, actor: 'bench' };
        const { der } = await signCsr(job, records!.tools);
        latenciesMs.push(performance.now() - began);
        return der;
      }),
    close: closeRecords,
  };
}

async function openRecords({ ca, folder }: Material) {
  const dir = mkdtempSync(join(folder, 'records-'));
  const { ledger, close } = await openLedger(join(dir, 'records.db'));
  await fill(ledger, ca);
  const chain = { chainDer: [ca.hierarchy.issuing.certificateDer], rootDer: ca.hierarchy.root.certificateDer };
  const authority = {
    ...chain,
    issuer: ca.issuer,
    state: 'ready' as const,
    chainOf: () => chain,
    profile: defaultProfile,
    organisation,
    caPublicKeys: [ca.issuer.spkiSha256],
    signer: ca.signer,
  };
  return {
    tools: { ledger, clock: systemClock, authority: () => authority, assertSound: async () => {}, practice: false },
    async close() {
      await close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function fill(ledger: Ledger, { hierarchy }: Material['ca']): Promise<void> {
  const actor = 'bench';
  const createdAt = new Date().toISOString();
  await ledger.initStation({ stationId: randomUUID(), name: 'Bench', practice: false, createdAt, actor });
  await ledger.addAuthority({ certificateDer: hierarchy.root.certificateDer, kind: 'root', actor });
  await ledger.addAuthority({ certificateDer: hierarchy.issuing.certificateDer, kind: 'issuing', actor });
  const order = { orderId: 'default', model: '*', quantity: 1_000_000, profile: defaultProfile.name };
  await ledger.makeOrder({ ...order, activate: true, actor });
}
