/** The practice line: simulated devices and a practice AWS. Everything else is real. */
import { access } from 'node:fs/promises';
import type { Vault } from '../app/ca/index.ts';
import { StationError } from '../app/contract/errors.ts';
import { practicePins, type ScanRules, type StationStatus } from '../app/contract/model.ts';
import { firstTargetName } from '../app/contract/targets.ts';
import { driverNames, usualDriver } from '../app/device/drivers/index.ts';
import { type PracticeAws, roleName, startPracticeAws, userName } from '../app/practice/aws/index.ts';
import {
  createPracticeBench,
  type FieldOptions,
  faultNames,
  type PracticeBench,
} from '../app/practice/devices/index.ts';
import {
  initStation,
  type PracticeControl,
  paths,
  type SetupControl,
  type StationHandle,
  type WindowControl,
} from '../app/station/index.ts';
import { systemClock } from './clock.ts';
import { initTools, openStation } from './openstation.ts';
import { controlOf, placeOf, statePlace, writeControl } from './practicecontrol.ts';
import { createPractisedWays, type PractisedWays } from './practicefield.ts';
import { besides } from './threads/thread.ts';

/** This is no secret: it protects a CA whose every certificate says PRACTICE. */
export const practicePassphrase = 'practice makes perfect';

export const practiceBadges: NonNullable<StationStatus['practiceBadges']> = [
  { name: 'Ola Operator', role: 'operator', badge: 'OP-1001', pin: practicePins.operator },
  { name: 'Quinn Quality', role: 'qa', badge: 'QA-2002', pin: practicePins.qa },
  { name: 'Erin Engineer', role: 'engineer', badge: 'EN-3003', pin: practicePins.engineer },
];

/** Rules that fit the badges above, the practice orders and any label at hand. */
export const practiceRules: ScanRules = {
  badge: { kind: 'pattern', pattern: '(?:OP|QA|EN)-\\d{4}', check: 'none' },
  order: { kind: 'pattern', pattern: 'PRACTICE-\\d{1,4}', check: 'none' },
  unit: { kind: 'plain' },
};

/**
 * Practice lines of earlier releases had one target without a name, and their batches are on record under this name. Under
 * another one their registered units would seem to be ready again.
 */
export const practiceTargetName = firstTargetName;

export type PracticeLineOptions = {
  setup?: SetupControl;
  vault?: Vault;
  window?: WindowControl;
  /** How long devices that have passed wait before they connect again. The default is that of real firmware. */
  patience?: FieldOptions['patience'];
};

/** Makes the practice station on first use, then opens it unlocked, with its CA known to the practice AWS. */
export async function openPracticeLine(
  dir: string,
  { setup, vault, window, patience }: PracticeLineOptions = {},
): Promise<StationHandle> {
  const made = await access(paths(dir).config).then(
    () => true,
    () => false,
  );
  if (!made) await makePracticeStation(dir);
  let driverOf = (_: number): string => usualDriver;
  const bench = createPracticeBench({
    slots: driverNames.length,
    driverOf: (slot) => driverOf(slot),
    clock: systemClock,
    labelPrefix: labelPrefix(),
  });
  const aws = await startPracticeAws({
    stateFile: await statePlace(dir),
    rate: 20,
    clock: systemClock,
    gateway: { port: 0 },
    functionProgram: besides('functions'),
  });
  const forgetControl = await writeControl(controlOf(dir), aws);
  let opened: StationHandle | undefined;
  const ways = createPractisedWays({
    bench,
    aws,
    target: practiceTargetName,
    station: () => opened,
    passphrase: practicePassphrase,
    ...(patience && { patience }),
  });
  const station = await openStation({
    dir,
    kind: 'host',
    ports: bench,
    practice: practiceControl(bench, aws, ways),
    cloud: {
      target: {
        name: practiceTargetName,
        region: aws.region,
        bucket: aws.bucket,
        roleArn: aws.roleArn,
        policyNames: [aws.policyName],
        endpointUrl: aws.endpoint,
        ...(aws.gateway && { gateway: placeOf(aws.gateway) }),
      },
      credentials: aws.credentials,
    },
    ...(setup ? { setup } : {}),
    ...(vault ? { vault } : {}),
    ...(window ? { window } : {}),
  }).catch(async (thrown) => {
    await forgetControl();
    await aws.close();
    throw thrown;
  });
  opened = station;
  const watched = ways.watch();
  // The next device in a slot speaks with the slot's driver.
  driverOf = (slot) =>
    station.parts.config.current().slots.find(({ slotId }) => slotId === slot)?.driver ?? usualDriver;
  const close = async () => {
    await watched();
    await station.close();
    await forgetControl();
    await aws.close();
  };
  try {
    await station.parts.authority.unlock(practicePassphrase);
    if ((await station.parts.batchJobs.lookUpCa()) !== 'active') await station.parts.batchJobs.register('practice');
  } catch (thrown) {
    await close();
    throw thrown;
  }
  return { ...station, close };
}

/** Each day has its own units, because the records keep the units of every practice session. */
const labelPrefix = (): string =>
  `P-${Math.floor(Date.now() / 60_000)
    .toString(36)
    .toUpperCase()}-`;

async function makePracticeStation(dir: string): Promise<void> {
  await initStation(
    dir,
    {
      name: 'Practice line',
      organisation: 'Birthmark',
      passphrase: practicePassphrase,
      practice: true,
      people: practiceBadges,
      // One for each protocol, so that every driver can be tried.
      slots: driverNames.map((driver, index) => ({
        slotId: index + 1,
        name: `${index + 1}`,
        port: `practice:${index + 1}`,
        driver,
      })),
      cloud: null,
      device: { endpoint: 'practice.invalid' },
      order: { orderId: 'PRACTICE-1', model: '*', quantity: 10_000 },
      scan: practiceRules,
      actor: 'practice',
    },
    initTools,
  );
}

export function practiceControl(
  bench: PracticeBench,
  aws: Pick<PracticeAws, 'outage' | 'setOutage' | 'act' | 'log'>,
  ways: Pick<PractisedWays, 'practise' | 'snapshot' | 'onChange'>,
): PracticeControl {
  const known = (name: string) => faultNames.find((fault) => fault === name);
  return {
    snapshot: () => ({
      faults: faultNames,
      ...awsStanding(aws),
      ...ways.snapshot(),
      slots: bench.snapshot().map(({ slot, device, lastDevice, fault, faults }) => ({
        slotId: slot,
        deviceId: device?.id ?? null,
        label: device?.label ?? null,
        model: device?.model ?? null,
        last: lastDevice ? { deviceId: lastDevice.id, label: lastDevice.label } : null,
        fault,
        faults,
      })),
    }),
    plug(slotId, deviceId) {
      const { lastDevice } = bench.snapshot()[slotId - 1] ?? {};
      bench.plug(slotId, deviceId !== undefined && lastDevice?.id === deviceId ? lastDevice : undefined);
    },
    unplug: (slotId) => void bench.unplug(slotId),
    fault: (slotId, fault) => bench.setFault(slotId, fault === null ? null : (known(fault) ?? null)),
    outage: aws.setOutage,
    practise: ways.practise,
    log: (failures) =>
      [...aws.log()]
        .reverse()
        .filter(({ status }) => !failures || status === 'Failure')
        .slice(0, shownEntries)
        .map(({ at, eventType, status, topicName, templateName, sourceIp: _, ...entry }) => ({
          ...entry,
          at: new Date(at).toISOString(),
          event: eventType,
          failed: status === 'Failure',
          ...((topicName ?? templateName) !== undefined && { topic: topicName ?? templateName }),
        })),
    rates: (on) => void aws.act({ act: 'rates', on }),
    permit: (who, policy) => {
      try {
        aws.act({ act: 'policy', identity: identities[who], policy });
      } catch (thrown) {
        throw new StationError('call.badParams', thrown instanceof Error ? thrown.message : 'the policy is malformed');
      }
    },
    onChange: (listener) => {
      bench.onChange(listener);
      ways.onChange(listener);
    },
    badges: practiceBadges,
  };
}

const shownEntries = 200;

const identities = { user: userName, role: roleName };

function awsStanding(aws: Pick<PracticeAws, 'act'>) {
  const standing = aws.act({ act: 'status' });
  const policyOf = (who: string) => standing.identities.find(({ name }) => name === who)?.policy ?? null;
  return {
    outage: standing.outage,
    rates: standing.rates,
    policies: { user: policyOf(identities.user), role: policyOf(identities.role) },
  };
}
