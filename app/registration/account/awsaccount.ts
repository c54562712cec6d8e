import type { IoTClient } from '@aws-sdk/client-iot';
import { awsCall, awsFind, clientOptions, shortCalls } from '../awscall.ts';
import type { CloudConnection } from '../cloud.ts';
import { required } from '../failure.ts';
import type { Account, Ask, CaTemplate } from './account.ts';
import { awsAllowLists } from './awsallowlist.ts';
import { awsLook } from './awslook.ts';
import { fromAws } from './fromaws.ts';
import { createProbes } from './probes.ts';

/** Makes the clients when they are first needed; touches no network. Those that change something are `guarded`. */
export function createAwsAccount(connection: CloudConnection, guarded: <C>(client: C) => C): Account {
  const options = { ...clientOptions(connection), requestHandler: shortCalls };
  const opened: { destroy(): void }[] = [];
  const keep = <C extends { destroy(): void }>(client: C): C => {
    opened.push(client);
    return fromAws(client);
  };
  const iotSdk = () => import('@aws-sdk/client-iot');
  let client: Promise<IoTClient> | undefined;
  const iot = (): Promise<IoTClient> => {
    client ??= iotSdk().then((sdk) => guarded(keep(new sdk.IoTClient(options))));
    return client;
  };
  const probe = createProbes({ connection, options, iot, keep });

  return {
    probe,
    look: awsLook({ connection, options, iot, keep }),
    allowList: awsAllowLists(options, (client) => guarded(keep(client))),

    identity: (signal) =>
      awsCall('GetCallerIdentity', signal, async (o) => {
        const { STSClient, GetCallerIdentityCommand } = await import('@aws-sdk/client-sts');
        const { Account, Arn } = await keep(new STSClient(options)).send(new GetCallerIdentityCommand({}), o);
        return {
          accountId: required(Account, 'GetCallerIdentity', 'Account'),
          arn: required(Arn, 'GetCallerIdentity', 'Arn'),
        };
      }),

    simulate: (principalArn, asks, signal) =>
      awsCall('SimulatePrincipalPolicy', signal, async (o) => {
        const { IAMClient, SimulatePrincipalPolicyCommand } = await import('@aws-sdk/client-iam');
        const iam = keep(new IAMClient(options));
        const allowed = new Set<string>();
        for (const [resource, actions] of byResource(asks)) {
          let Marker: string | undefined;
          do {
            const input = { PolicySourceArn: principalArn, ActionNames: actions, ResourceArns: [resource] };
            const page = await iam.send(new SimulatePrincipalPolicyCommand({ ...input, ...(Marker && { Marker }) }), o);
            for (const { EvalActionName = '', EvalDecision } of page.EvaluationResults ?? [])
              if (EvalDecision === 'allowed') allowed.add(`${EvalActionName.toLowerCase()} ${resource}`);
            Marker = page.IsTruncated ? page.Marker : undefined;
          } while (Marker !== undefined);
        }
        return asks.map(({ action, resource }) => allowed.has(`${action.toLowerCase()} ${resource}`));
      }),

    listCas: (signal) =>
      awsCall('ListCACertificates', signal, async (o) => {
        const { ListCACertificatesCommand } = await iotSdk();
        const ids: string[] = [];
        let marker: string | undefined;
        do {
          const input = { pageSize: 250, ...(marker !== undefined && { marker }) };
          const page = await (await iot()).send(new ListCACertificatesCommand(input), o);
          ids.push(...(page.certificates ?? []).map(({ certificateId }) => certificateId ?? ''));
          marker = page.nextMarker;
        } while (marker !== undefined);
        return ids;
      }),

    describeCa: (certificateId, signal) =>
      awsFind('DescribeCACertificate', signal, async (o) => {
        const { DescribeCACertificateCommand } = await iotSdk();
        const said = await (await iot()).send(new DescribeCACertificateCommand({ certificateId }), o);
        const { status, certificateMode, autoRegistrationStatus } = said.certificateDescription ?? {};
        const { templateName, templateBody } = said.registrationConfig ?? {};
        return {
          status: required(status, 'DescribeCACertificate', 'status'),
          mode: certificateMode ?? 'DEFAULT',
          autoRegistration: autoRegistrationStatus === 'ENABLE',
          template: templateName ?? (templateBody === undefined ? null : ''),
        };
      }),

    registerCa: ({ caCertificatePem, mode, verificationCertificatePem, autoRegistration, template }, signal) =>
      awsCall('RegisterCACertificate', signal, async (o) => {
        const { RegisterCACertificateCommand } = await iotSdk();
        const input = {
          caCertificate: caCertificatePem,
          setAsActive: true,
          allowAutoRegistration: autoRegistration,
          ...(mode === 'SNI_ONLY'
            ? { certificateMode: mode }
            : { verificationCertificate: verificationCertificatePem }),
          ...(template && { registrationConfig: template }),
        };
        await (await iot()).send(new RegisterCACertificateCommand(input), o);
      }),

    updateCa: async (certificateId, { status, autoRegistration, template }, signal) => {
      const { UpdateCACertificateCommand } = await iotSdk();
      const input = {
        certificateId,
        ...(status && { newStatus: status }),
        ...(autoRegistration !== undefined && {
          newAutoRegistrationStatus: autoRegistration ? ('ENABLE' as const) : ('DISABLE' as const),
        }),
        ...configOf(template),
      };
      const done = await awsFind('UpdateCACertificate', signal, async (o) =>
        (await iot()).send(new UpdateCACertificateCommand(input), o),
      );
      return done !== undefined;
    },

    deleteCa: async (certificateId, signal) => {
      const { DeleteCACertificateCommand } = await iotSdk();
      const done = await awsFind('DeleteCACertificate', signal, async (o) =>
        (await iot()).send(new DeleteCACertificateCommand({ certificateId }), o),
      );
      return done !== undefined;
    },

    setCertificate: async (certificateId, newStatus, signal) => {
      const { UpdateCertificateCommand } = await iotSdk();
      const done = await awsFind('UpdateCertificate', signal, async (o) =>
        (await iot()).send(new UpdateCertificateCommand({ certificateId, newStatus }), o),
      );
      return done !== undefined;
    },

    close: () => {
      for (const one of opened) one.destroy();
    },
  };
}

/** AWS ignores an absent template; only `removeAutoRegistration` takes one away. */
const configOf = (template: CaTemplate | null | undefined) => {
  if (template === undefined) return {};
  return template === null ? { removeAutoRegistration: true } : { registrationConfig: template };
};

function byResource(asks: readonly Ask[]): Map<string, string[]> {
  const grouped = new Map<string, string[]>();
  for (const { action, resource } of asks) grouped.set(resource, [...(grouped.get(resource) ?? []), action]);
  return grouped;
}
