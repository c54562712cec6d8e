/** A slot as its screens see it. */
import { randomUUID } from 'node:crypto';
import type { HomeCallView, Slot, SlotAsk, SlotConfig, SlotState, StepProgress } from '../contract/model.ts';
import { type Interlock, lockAsk } from './interlocks.ts';
import type { UnitResult } from './runner.ts';

export type Prompt = NonNullable<Slot['prompt']>;
export const newPrompt = (kind: Prompt['kind']): Prompt => ({ promptId: randomUUID(), kind });

/** The offer of a second try. After a failure of the station an engineer looks first. */
export const retryPrompt = (result: UnitResult): Prompt => ({
  ...newPrompt('retry'),
  ...(resultFace(result, undefined).ask === 'callEngineer' ? { engineerOnly: true as const } : {}),
});

type Shown = {
  unitSerial: string;
  startedAt: string;
  golden: boolean;
  retried: number;
  /** How far its device came when it last connected here. */
  homeCall?: HomeCallView | undefined;
};

export type Phase =
  | { at: 'empty' }
  | { at: 'scan'; prompt: Prompt; waitingSince: number }
  /** A scan was taken and its attempt is being recorded. */
  | { at: 'starting'; unitSerial: string }
  | (Shown & { at: 'working'; steps: StepProgress[]; stop: AbortController })
  | (Shown & { at: 'result'; result: UnitResult; steps: StepProgress[]; prompt: Prompt });

/** The interlock that keeps the bench from beginning a unit, and whether the golden unit comes first. */
export type SlotLock = { interlock?: Interlock | undefined; goldenDue: boolean };

/** `present`: a device is plugged in. */
export function snapshotOf(config: SlotConfig, phase: Phase, { interlock, goldenDue }: SlotLock, present = true): Slot {
  const base = { slotId: config.slotId, name: config.name, port: config.port };
  const locked = interlock && {
    ...base,
    state: 'LOCKED' as const,
    ask: lockAsk[interlock.reason],
    lockReason: interlock.reason,
    steps: [],
  };
  switch (phase.at) {
    case 'working':
    case 'starting': {
      const { unitSerial } = phase;
      const working = { ...base, state: 'WORKING' as const, ask: 'wait' as const, unitSerial };
      if (phase.at === 'starting') return { ...working, steps: [] };
      return { ...working, steps: phase.steps, startedAt: phase.startedAt, ...marks(phase) };
    }
    case 'result': {
      const { result, steps, startedAt, prompt } = phase;
      return {
        ...base,
        ...resultFace(result, interlock),
        ...(phase.homeCall?.state === 'running' ? { ask: 'wait' as const } : {}),
        unitSerial: result.unitSerial,
        steps,
        startedAt,
        elapsedMs: result.ms,
        ...marks(phase),
        ...(result.outcome === 'PASS' || interlock ? {} : { prompt }),
        ...(result.error ? { error: result.error.toJSON() } : {}),
        ...(result.certificateId ? { certificateId: result.certificateId } : {}),
        ...(present && mayConnect(phase) ? { mayConnect: true as const } : {}),
      };
    }
    case 'scan':
      if (locked) return locked;
      return { ...base, state: 'SCAN', ask: goldenDue ? 'scanGolden' : 'scanLabel', prompt: phase.prompt, steps: [] };
    case 'empty':
      return locked ?? { ...base, state: 'EMPTY', ask: 'plugIn', steps: [] };
  }
}

/** Whether the device of a result may be told to connect. */
export const mayConnect = (phase: Phase): phase is Extract<Phase, { at: 'result' }> =>
  phase.at === 'result' &&
  phase.result.outcome === 'PASS' &&
  phase.result.callsHome &&
  phase.homeCall?.state !== 'running';

const marks = ({ golden, retried, homeCall }: Shown) => ({
  ...(homeCall ? { homeCall } : {}),
  ...(golden ? { golden } : {}),
  ...(retried > 0 ? { retried } : {}),
});

function resultFace(result: UnitResult, interlock: Interlock | undefined): { state: SlotState; ask: SlotAsk } {
  if (result.outcome === 'PASS') return { state: 'PASS', ask: 'removePassed' };
  const ask = interlock && lockAsk[interlock.reason];
  if (result.outcome === 'FAIL' || result.error?.code === 'call.cancelled') {
    return { state: 'FAIL', ask: ask ?? 'removeOrRetry' };
  }
  // A PC that slept needs no engineer: the unit goes on at the next scan.
  const own = result.error?.code === 'station.suspended' ? 'scanLabel' : 'callEngineer';
  // A sign-in mends no station.
  return { state: 'CHECK_STATION', ask: interlock?.reason === 'signedOut' ? own : (ask ?? own) };
}
