/** Makes a new station in a data folder: CA, records, first people, first order. After a failure nothing is there. */
import { randomUUID } from 'node:crypto';
import { readdir, rmdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { z } from 'zod';
import { type CaFiles, createHierarchy, issuerFrom } from '../../ca/index.ts';
import { badge } from '../../contract/base.ts';
import type { Clock } from '../../contract/clock.ts';
import { StationError } from '../../contract/errors.ts';
import type { GivenTarget, Role, ScanRules, SlotConfig } from '../../contract/model.ts';
import { hands, syncFolder, whyUnwritten } from '../../files/index.ts';
import type { Ledger } from '../../records/index.ts';
import { type StationConfig, stationConfig } from './config.ts';
import { paths, writeCaFiles, writeWhole } from './folder.ts';

export type NewStation = {
  name: string;
  organisation: string;
  passphrase: string;
  practice: boolean;
  people: { name: string; badge: string; pin: string; role: Role }[];
  slots: SlotConfig[];
  /** Its first AWS target. */
  cloud: GivenTarget | null;
  device: { endpoint: string };
  order: { orderId: string; model: string; quantity: number };
  /** The rules that tell badges and labels apart; the default is plain rules. */
  scan?: ScanRules;
  actor: string;
};

export type InitTools = {
  clock: Clock;
  /** Opens the records of a folder, and creates them if needed. */
  openLedger: (recordsFile: string) => Promise<{ ledger: Ledger; close: () => Promise<void> }>;
  /** Makes a folder beside the one of the station. */
  makeBeside: (dir: string, what: 'making') => Beside;
};

/** A folder that is made beside its place. `release` comes before it is renamed or removed. */
export type Beside = { folder: string; release: () => void };

/** The first order of a station that names none: any model, without a real limit. */
export const defaultOrder = { orderId: 'default', model: '*', quantity: 1_000_000 };

/**
 * Makes a station. Everything is made in a folder beside `dir` and renamed at the end, so that a power cut leaves
 * either no station or a whole one.
 *
 * @throws `records.exists` – when the folder is neither empty nor absent; `call.badParams` – a name or a badge that no
 * one can be given later; `records.failed`, `records.diskFull`
 */
export async function initStation(dir: string, plan: NewStation, tools: InitTools): Promise<{ config: StationConfig }> {
  assertPeople(plan.people);
  await refuseExisting(dir);
  const { folder: making, release } = tools.makeBeside(dir, 'making');
  try {
    const now = tools.clock.now();
    const { name, organisation, passphrase, practice } = plan;
    const hierarchy = await createHierarchy({ name, organisation, passphrase, practice, now });
    await writeCaFiles(making, hierarchy);
    const config: StationConfig = stationConfig.parse({
      version: 1,
      stationId: randomUUID(),
      name,
      organisation,
      practice,
      createdAt: now.toISOString(),
      slots: plan.slots,
      targets: plan.cloud ? [plan.cloud] : [],
      device: plan.device,
      ...(plan.scan ? { scan: plan.scan } : {}),
    });
    await writeWhole(paths(making).config, `${JSON.stringify(config, null, 2)}\n`);
    await fillRecords(making, plan, config, hierarchy, tools);
    await rmdir(dir).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    release();
    await hands.rename(making, dir);
    await syncFolder(dirname(dir));
    return { config };
  } catch (thrown) {
    release();
    await hands.remove(making, { recursive: true }).catch(() => {});
    throw thrown;
  }
}

const firstPeople = z.array(z.object({ name: z.string().min(1).max(60), badge }));

function assertPeople(people: NewStation['people']): void {
  const [issue] = firstPeople.safeParse(people).error?.issues ?? [];
  const path = String(issue?.path.at(-1));
  if (issue) throw new StationError('call.badParams', `${path}: ${issue.message}`, { data: { path } });
}

async function fillRecords(
  making: string,
  plan: NewStation,
  config: StationConfig,
  hierarchy: Awaited<ReturnType<typeof createHierarchy>>,
  tools: InitTools,
): Promise<void> {
  const { ledger, close } = await tools.openLedger(paths(making).records);
  try {
    const { stationId, name, practice, createdAt } = config;
    await ledger.initStation({ stationId, name, practice, createdAt, actor: plan.actor });
    const { root, issuing } = hierarchy;
    const add = (kind: 'root' | 'issuing', { certificateDer }: CaFiles, chain: Uint8Array[]) => {
      const { spkiSha256 } = issuerFrom(certificateDer);
      const key = { spkiSha256, custody: { kind: 'file', file: basename(paths('')[`${kind}Key`]) } as const };
      return ledger.addAuthority({ certificateDer, kind, chain, key, actor: plan.actor });
    };
    await add('root', root, []);
    await add('issuing', issuing, [root.certificateDer]);
    for (const person of plan.people) await ledger.addPerson({ ...person, actor: plan.actor });
    await ledger.makeOrder({ ...plan.order, profile: 'aws-iot-device', activate: true, actor: plan.actor });
  } finally {
    await close();
  }
}

async function refuseExisting(dir: string): Promise<void> {
  const entries = await readdir(dir).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === 'ENOENT') return [];
    const why = whyUnwritten(error);
    throw new StationError('call.badParams', `${dir} cannot be used as a data folder: ${why}`, { cause: error });
  });
  if (entries.includes('station.json')) {
    throw new StationError('records.exists', `${dir} already holds a station; nothing was changed`);
  }
  if (entries.length > 0)
    throw new StationError('records.exists', `${dir} is not empty; choose an empty or new folder`);
}
