import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { StationError } from '../../contract/errors.ts';
import type { IntakeChange, IntakeConfig, IntakeStatus, ReceiverCa } from '../../contract/model.ts';
import { targetNamed } from '../cloud/targetnames.ts';
import type { StationParts } from '../composition.ts';
import type { Handlers } from '../dispatch.ts';
import { writeWhole } from '../folder/folder.ts';
import { changeOrder, importFile, makeOrder, type OrderFile, planFile } from '../orders/desk.ts';
import { dropFolderProblem, hookProblem, webhookProblem } from '../orders/intakerules.ts';
import { withSentence } from '../orders/intaketrouble.ts';
import { assertNotExpired, readReceiverCa } from '../orders/receiverca.ts';
import { troubleOf } from '../orders/webhooktrouble.ts';

type Names = Extract<keyof Handlers, `orders.${string}`>;

/** Methods about orders. */
export const orderHandlers = (parts: StationParts): Pick<Handlers, Names> => {
  const { ledger, bench, cloudLink, lineRegistration } = parts;
  const fileOf = async ({ name, base64 }: { name: string; base64: string }): Promise<OrderFile> => {
    const bytes = new Uint8Array(Buffer.from(base64, 'base64'));
    return { name, bytes, table: await parts.readOrderFile(name, bytes) };
  };
  return {
    'orders.list': () => ledger.listOrders(),
    'orders.overlaps': () => ledger.orderOverlaps([]),
    'orders.make': ({ activate, ...order }, { actor }) => makeOrder(parts, order, { actor, activate }),
    'orders.preview': async (file) => (await planFile(parts, await fileOf(file))).preview,
    'orders.import': async ({ partial, ...file }, { actor }) =>
      importFile(parts, await fileOf(file), { actor, partial }),
    'orders.close': async ({ orderId }, { actor }) => {
      await ledger.closeOrder({ orderId, actor });
      await bench.refresh();
      lineRegistration.wake();
      return {};
    },
    'orders.pause': async ({ orderId }, { actor }) => {
      await ledger.pauseOrder({ orderId, actor });
      await bench.refresh();
      return {};
    },
    'orders.resume': async ({ orderId }, { actor }) => {
      await ledger.resumeOrder({ orderId, actor });
      await bench.refresh();
      return {};
    },
    'orders.reconcile': async (count, { actor }) => {
      await ledger.reconcileOrder({ ...count, actor });
      return {};
    },
    'orders.change': (change, { actor }) => changeOrder(parts, { ...change, actor }),
    'orders.register': async ({ orderId, registration }, { actor }) => {
      for (const name of registration ? [registration.target, ...(registration.also ?? [])] : [])
        targetNamed(cloudLink, name);
      await ledger.setOrderRegistration({ orderId, registration, actor });
      lineRegistration.wake();
      return {};
    },
    'orders.activate': async ({ orderId }, { actor }) => {
      await ledger.activateOrder({ orderId, actor });
      await bench.refresh();
      return {};
    },

    'orders.intake': () => statusOf(parts),
    'orders.setIntake': async (change, { actor }) => {
      const settings = parts.config.current();
      const before = settings.intake;
      const problem =
        (change.hook && hookProblem(change.hook)) ??
        (change.webhook && webhookProblem(change.webhook.url)) ??
        (change.dropFolder && (await dropFolderProblem(change.dropFolder, parts.dir)));
      if (problem) throw new StationError('call.badParams', problem.detail, { data: problem.data });
      const wantsToken = change.newToken || (change.hook && before.hook === null);
      const wantsSecret = change.newSecret || (change.webhook && before.webhook === null);
      const token = wantsToken ? randomBytes(32).toString('base64url') : undefined;
      // Standard Webhooks: the prefix, and 24 to 64 bytes in base64.
      const secret = wantsSecret ? `whsec_${randomBytes(32).toString('base64')}` : undefined;
      const next: IntakeConfig = { ...before };
      if (change.dropFolder !== undefined) next.dropFolder = change.dropFolder;
      next.webhook = await webhookOf(change, before.webhook, parts.clock.now());
      if (change.eventDays !== undefined) next.eventDays = change.eventDays;
      const tokenSha256 = token ? sha256(token) : (before.hook?.tokenSha256 ?? '');
      if (change.hook !== undefined) next.hook = change.hook && { ...change.hook, tokenSha256 };
      else if (token && before.hook) next.hook = { ...before.hook, tokenSha256 };
      if (secret !== undefined) await writeWhole(webhookKeyFile(parts.dir), secret, true);
      await parts.config.save({ ...settings, intake: next });
      if (change.resumeWebhook || secret !== undefined || change.webhookCa !== undefined) {
        await ledger.resumeDelivery({ skip: change.webhook !== undefined && before.webhook === null });
      }
      const { webhook, ...others } = change;
      const data = { ...others, ...(webhook === undefined ? {} : { webhook: webhook?.url ?? null }) };
      await ledger.audit({ entry: 'intake.configured', actor, subject: settings.stationId, data });
      // A running webhook sees by itself that it may go on. To begin it again could send an event twice.
      if (Object.keys(change).some((name) => name !== 'resumeWebhook' && name !== 'eventDays'))
        await parts.intake?.apply();
      if (change.eventDays) parts.retention.look();
      return { ...(await statusOf(parts)), ...(token ? { token } : {}), ...(secret ? { secret } : {}) };
    },
  };
};

/**
 * Where events go from now on. The CA of the receiver is read first, so that a wrong file is told to the person who names it.
 *
 * @throws call.badParams
 */
async function webhookOf(
  { webhook: changed, webhookCa }: IntakeChange,
  before: IntakeConfig['webhook'],
  now: Date,
): Promise<IntakeConfig['webhook']> {
  if (webhookCa) assertNotExpired(await readReceiverCa(webhookCa), now);
  const url = changed === undefined ? before?.url : changed?.url;
  if (url === undefined) {
    if (!webhookCa) return null;
    const data = { path: 'webhookCa', reason: 'receiverCaAlone' };
    throw new StationError('call.badParams', 'a CA is for a receiver: say where events go as well', { data });
  }
  const caFile = webhookCa === undefined ? before?.caFile : webhookCa;
  return { url, ...(caFile == null ? {} : { caFile }) };
}

const certificatesIn = (file: string): Promise<ReceiverCa['certificates']> =>
  readReceiverCa(file).then(
    ({ certificates }) => certificates,
    () => [],
  );

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Where the secret that signs events lies. Only its owner can read it. */
export const webhookKeyFile = (dir: string): string => join(dir, 'webhook.key');

/** The settings, and how the running parts do. A command has none that run. */
async function statusOf({ config, intake, ledger }: StationParts): Promise<IntakeStatus> {
  const { dropFolder, hook, webhook, eventDays } = config.current().intake;
  const running = intake?.status();
  const file = webhook?.caFile;
  const ca = file === undefined ? null : { file, certificates: await certificatesIn(file) };
  const { waiting, tries, nextTryAt, pausedAt, error } = await ledger.delivery();
  return {
    dropFolder:
      dropFolder === null
        ? null
        : withSentence({ folder: dropFolder, taken: 0, trouble: null, ...running?.dropFolder }),
    hook:
      hook &&
      withSentence({
        host: hook.host,
        port: hook.port,
        tls: hook.certificateFile !== undefined,
        url: null,
        trouble: null,
        ...running?.hook,
      }),
    webhook: webhook && {
      url: webhook.url,
      ca,
      waiting,
      tries,
      nextTryAt,
      pausedAt,
      ...troubleOf(error, running?.webhook?.trouble ?? (ca?.certificates.length === 0 ? { what: 'noCa' } : null)),
    },
    eventDays,
  };
}
