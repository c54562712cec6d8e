/** `orders intake`: the drop folder, the hook for an MES and its webhook. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { StationError } from '../../app/contract/errors.ts';
import type { IntakeChange, IntakeStatus } from '../../app/contract/model.ts';
import { portNumber, wholeNumber } from '../numbers.ts';
import { type CommonOptions, inStation, print, withRights, withStation } from './command.ts';

type Options = CommonOptions & {
  dropFolder?: string;
  listen?: string;
  host?: string;
  tlsCertificate?: string;
  tlsKey?: string;
  newToken?: boolean;
  webhook?: string;
  webhookCa?: string;
  newSecret?: boolean;
  resume?: boolean;
  eventDays?: string;
};

export function addIntake(orders: Command): void {
  withRights(withStation(orders.command('intake')))
    .description('show or set how orders come in without a person and results go out, while the station runs')
    .option('--drop-folder <dir>', 'take files of orders from this folder; off for none')
    .option('--listen <port>', 'the hook for an MES listens on this port; off for none')
    .option('--host <host>', 'the address the hook listens on; others than loopback need TLS', '127.0.0.1')
    .option('--tls-certificate <file>', 'its certificate, PEM')
    .option('--tls-key <file>', 'the key of the certificate, PEM')
    .option('--new-token', 'make a new token for the hook; it is shown once')
    .option('--webhook <url>', 'send results and states of orders there; off for none')
    .option(
      '--webhook-ca <file>',
      "the CA of the receiver, PEM, trusted beside those that this PC knows (a factory's own); off for none",
    )
    .option('--new-secret', 'make a new secret that signs them; it is shown once')
    .option('--resume', 'send again after the receiver refused')
    .option(
      '--event-days <days>',
      'keep events that were delivered, and keys of requests, so many days; all for all of them',
    )
    .action((options: Options) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const change = changeOf(options);
        if (options.listen === undefined && (options.tlsCertificate ?? options.tlsKey) !== undefined)
          throw new StationError('call.badParams', '--tls-certificate and --tls-key go with --listen PORT');
        const status =
          Object.keys(change).length === 0
            ? await client.call('orders.intake', {})
            : await client.call('orders.setIntake', change);
        print(options, status, () => linesOf(status).join('\n'));
        return 0;
      }),
    );
}

function changeOf({
  dropFolder,
  listen,
  host,
  tlsCertificate,
  tlsKey,
  newToken,
  webhook,
  webhookCa,
  newSecret,
  resume,
  eventDays,
}: Options): IntakeChange {
  const port = listen === undefined || listen === 'off' ? 0 : portNumber(listen, '--listen');
  return {
    // The station that runs was started elsewhere.
    ...(dropFolder === undefined ? {} : { dropFolder: dropFolder === 'off' ? null : resolve(dropFolder) }),
    ...(listen === undefined
      ? {}
      : {
          hook:
            listen === 'off'
              ? null
              : {
                  host: host ?? '127.0.0.1',
                  port,
                  ...(tlsCertificate === undefined ? {} : { certificateFile: resolve(tlsCertificate) }),
                  ...(tlsKey === undefined ? {} : { keyFile: resolve(tlsKey) }),
                },
        }),
    ...(newToken ? { newToken } : {}),
    ...(webhook === undefined ? {} : { webhook: webhook === 'off' ? null : { url: webhook } }),
    ...(webhookCa === undefined ? {} : { webhookCa: webhookCa === 'off' ? null : resolve(webhookCa) }),
    ...(newSecret ? { newSecret } : {}),
    ...(resume ? { resumeWebhook: resume } : {}),
    ...(eventDays === undefined
      ? {}
      : { eventDays: eventDays === 'all' ? null : wholeNumber(eventDays, '--event-days') }),
  };
}

function linesOf({
  dropFolder,
  hook,
  webhook,
  eventDays,
  token,
  secret,
}: IntakeStatus & { token?: string; secret?: string }): string[] {
  const scheme = hook?.tls ? 'https' : 'http';
  const paused = webhook?.pausedAt ? `; paused: ${webhook.error}` : '';
  return [
    `drop folder: ${dropFolder?.folder ?? 'off'}`,
    `hook: ${hook ? `${scheme}://${hook.host}:${hook.port} while the station runs` : 'off'}`,
    `webhook: ${webhook ? `${webhook.url}; ${webhook.waiting} events wait${paused}` : 'off'}`,
    ...(webhook?.ca?.certificates.map(({ subject, notAfterAt }) => `  its CA: ${subject}, until ${notAfterAt}`) ?? []),
    ...(webhook?.trouble?.what === 'noCa' ? [`  ${webhook.ca?.file}: ${webhook.error}`] : []),
    `events that were delivered are kept: ${eventDays === null ? 'all' : `${eventDays} days`}`,
    ...(token === undefined ? [] : [`token (shown this once): ${token}`]),
    ...(secret === undefined ? [] : [`secret (shown this once): ${secret}`]),
  ];
}
