/** The question before a unit goes on: has another station what it uses? */
import type { Clock } from '../../contract/clock.ts';
import { StationError, type WireError } from '../../contract/errors.ts';
import type { PlantConfig } from '../../contract/model.ts';
import { enforce, plantHasNotRefused } from '../../issuing/rules/index.ts';
import { asStationError } from '../../line/index.ts';
import { askPlant, assertSameLog, type PlantClaim, type PlantSql, tellPlant } from '../../plant/index.ts';
import type { Ledger } from '../../records/index.ts';
import type { Log } from '../log.ts';

/** After a question without an answer no unit waits for the next one so long. */
const restMs = 5000;

type AskingTools = {
  ledger: Ledger;
  clock: Clock;
  log: Log;
  open: () => Promise<PlantSql>;
  /** How the station uses its plant; undefined without one. */
  settings: () => PlantConfig | undefined;
  /** Why the log is not shipped. */
  problem: () => WireError | null;
};

export type PlantAsking = {
  ask: (claims: readonly PlantClaim[]) => Promise<void>;
  forget: () => void;
  reset: () => void;
};

/** The connection over which this station asks. It is made by the first question, and again after one without an answer. */
export function createAsking({ ledger, clock, log, open, settings: settingsNow, problem }: AskingTools): PlantAsking {
  let restUntilMs = Number.NEGATIVE_INFINITY;
  let asking: Promise<PlantSql> | undefined;

  /** Undefined when no answer came in time. */
  const answerWithin = <T>(ms: number, work: Promise<T>): Promise<T | undefined> =>
    new Promise((resolve, reject) => {
      const stop = clock.after(ms, () => resolve(undefined));
      work.then(resolve, reject).finally(stop);
    });
  const forget = (sql = asking) => {
    if (asking === sql) asking = undefined;
    sql?.then((one) => one.close()).catch(() => {});
  };
  /** The plant takes two stations with one identity for the same one, and would give both the same serial. */
  const openSame = async (): Promise<PlantSql> => {
    const sql = await open();
    try {
      await assertSameLog(sql, ledger);
      return sql;
    } catch (thrown) {
      void sql.close();
      throw thrown;
    }
  };

  return {
    /**
     * Asks whether another station has what the unit uses; nothing without a plant.
     *
     * @throws plant.collision – another station has it; it is on record here
     * @throws plant.forked – a copy of this station may make the same units: none is made until a person has looked
     * @throws plant.unreachable, plant.failed, plant.refused – it does not answer, and this station waits for it
     */
    async ask(claims: readonly PlantClaim[]): Promise<void> {
      const settings = settingsNow();
      if (settings === undefined) return;
      try {
        const { code, detail } = problem() ?? {};
        if (code === 'plant.forked') throw new StationError(code, detail ?? code);
        if (clock.monotonicMs() < restUntilMs) throw silent();
        asking ??= openSame();
        const mine = asking;
        const found = await answerWithin(
          settings.askMs,
          mine.then(async (sql) => {
            const collisions = await askPlant(sql, claims);
            if (collisions.length === 0) return collisions;
            await ledger.recordPlantRefusals(collisions);
            await tellPlant(
              sql,
              collisions.map(({ collisionId }) => collisionId),
            );
            return collisions;
          }),
        );
        if (found === undefined) throw silent();
        const [first] = found;
        if (first) enforce(plantHasNotRefused({ plantRefusal: first, unitSerial: first.unitSerial }));
      } catch (thrown) {
        const error = asStationError(thrown);
        if (error.code === 'plant.collision') throw error;
        if (error.code === 'plant.forked') {
          forget();
          throw error;
        }
        if (clock.monotonicMs() >= restUntilMs) {
          forget();
          restUntilMs = clock.monotonicMs() + restMs;
          log.warn({ code: error.code, detail: error.detail }, 'the plant was asked about a unit');
        }
        if (settings.offline === 'stop') throw error;
      }
    },
    forget: () => forget(),
    /** The next unit asks at once. */
    reset(): void {
      restUntilMs = Number.NEGATIVE_INFINITY;
      forget();
    },
  };
}

const silent = () => new StationError('plant.unreachable', 'the plant does not answer');
