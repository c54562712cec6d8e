/** The parts of a running station that take orders in and send results out, as its settings say. */
import type { IntakeTrouble } from '../../app/contract/model.ts';
import type { IntakeControl, Log, StationParts } from '../../app/station/index.ts';
import { listenTrouble, webhookKeyFile } from '../../app/station/index.ts';
import type { DropFolder } from './dropfolder.ts';
import type { Webhook } from './webhook.ts';

type Hook = { url: string; close: () => Promise<void> };
type Intake = IntakeControl & { start: (parts: StationParts) => Promise<void>; close: () => Promise<void> };

/** Nothing runs before `start`. A part that cannot start says so in the status, and the station runs without it. */
export function createIntake({ dir, log }: { dir: string; log: Log }): Intake {
  let parts: StationParts | undefined;
  let folder: DropFolder | undefined;
  let hook: Hook | undefined;
  let webhook: Webhook | undefined;
  let hookTrouble: IntakeTrouble | null = null;
  let turn: Promise<void> = Promise.resolve();

  const stop = async () => {
    await Promise.all([folder?.close(), hook?.close(), webhook?.close()]);
    folder = undefined;
    hook = undefined;
    webhook = undefined;
    hookTrouble = null;
  };
  const begin = async (of: StationParts) => {
    const { intake, stationId } = of.config.current();
    // Loaded late: most stations have none of them.
    if (intake.dropFolder !== null) {
      const { watchDropFolder } = await import('./dropfolder.ts');
      folder = watchDropFolder({ parts: of, folder: intake.dropFolder, log });
    }
    if (intake.webhook) {
      const { startWebhook } = await import('./webhook.ts');
      webhook = startWebhook({
        ledger: of.ledger,
        stationId,
        ...intake.webhook,
        secretFile: webhookKeyFile(dir),
        log,
      });
    }
    if (intake.hook) {
      const { startHook } = await import('./hook.ts');
      hook = await startHook({ parts: of, config: intake.hook, log }).catch((thrown: unknown) => {
        log.error({ err: thrown }, 'the hook cannot listen');
        hookTrouble = listenTrouble(thrown);
        return undefined;
      });
    }
  };
  return {
    status: () => ({
      ...(folder ? { dropFolder: folder.status() } : {}),
      hook: { url: hook?.url ?? null, trouble: hookTrouble },
      ...(webhook ? { webhook: webhook.status() } : {}),
    }),
    apply() {
      turn = turn.then(async () => {
        await stop();
        if (parts) await begin(parts);
      });
      return turn;
    },
    async start(of) {
      parts = of;
      await begin(of);
    },
    async close() {
      parts = undefined;
      await turn;
      await stop();
    },
  };
}
