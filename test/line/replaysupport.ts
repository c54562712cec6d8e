import type { Clock } from '../../app/contract/clock.ts';
import type { StepName, Transcript } from '../../app/contract/model.ts';
import type { ByteChannel } from '../../app/device/channel.ts';
import { readTranscript } from '../../app/device/transcript.ts';
import { runGolden, startGolden } from '../../app/line/golden.ts';
import { runUnit, startAttempt, type UnitResult } from '../../app/line/index.ts';
import type { StationHandle } from '../../app/station/index.ts';
import { openStation } from '../../main/openstation.ts';
import { createJumpingClock } from '../device/support.ts';
import { makeStation, passphrase } from '../support.ts';

export type Attempted = {
  attempt: number;
  outcome: string;
  code: string | undefined;
  detail: string;
  step: StepName | null;
};

/** A station whose devices live in a time that jumps; its records and certificates live in ours. */
export async function openReplayBed(): Promise<{
  station: StationHandle;
  clock: Clock;
  attempt: (driver: string, unitSerial: string, open: () => ByteChannel) => Promise<Attempted>;
  /** A unit that passed is looked at again. */
  golden: (driver: string, unitSerial: string, open: () => ByteChannel) => Promise<UnitResult>;
  transcript: (unitSerial: string, attempt: number) => Promise<Transcript>;
}> {
  const station = await openStation({ dir: await makeStation(), kind: 'host', threads: false });
  await station.parts.authority.unlock(passphrase);
  const clock = { ...createJumpingClock(), now: () => new Date() };
  const { ledger } = station.parts;
  const tools = { ...station.parts.lineTools, clock };
  return {
    station,
    clock,
    async attempt(driver, unitSerial, open) {
      const job = { unitSerial, orderId: 'default', slotId: null, actor: 'test' };
      const start = await startAttempt(job, await tools.recipeFor('default', { driver }), tools);
      const { signal } = new AbortController();
      const result = await runUnit({ job, start, tools, open: async () => open(), onSteps: () => {}, signal });
      const { journal } = await ledger.showUnit(unitSerial);
      const step = journal.findLast(({ entry }) => entry === 'attempt.ended')?.step as StepName | null;
      const { code, detail = '' } = result.error ?? {};
      return { attempt: start.attempt, outcome: result.outcome, code, detail, step };
    },
    async golden(driver, unitSerial, open) {
      const job = { unitSerial, orderId: 'default', slotId: null, actor: 'test' };
      const start = await startGolden(job, await tools.recipeFor('default', { driver }), tools);
      const { signal } = new AbortController();
      return runGolden({ job, start, tools, open: async () => open(), onSteps: () => {}, signal });
    },
    async transcript(unitSerial, attempt) {
      const { data, ...row } = await ledger.transcript({ unitSerial, attempt });
      return { ...row, unitSerial, attempt, lines: await readTranscript(data) };
    },
  };
}
