/**
 * What happened at the gateway, in the words of AWS's own log ("CloudWatch AWS IoT log entries", AWS IoT developer
 * guide): the newest entries of an account, in memory.
 */
export type GatewayEvent =
  | 'Connect'
  | 'Disconnect'
  | 'Publish-In'
  | 'Publish-Out'
  | 'Subscribe'
  | 'ProvisionDevice'
  | 'RegisterDeviceCertificate'
  | 'CreateCertificate'
  | 'RuleExecution'
  | 'FunctionExecution';

export type GatewayEntry = {
  /** Epoch milliseconds. */
  at: number;
  eventType: GatewayEvent;
  status: 'Success' | 'Failure';
  /** Why it failed, for a person. */
  reason?: string;
  clientId?: string;
  /** Id of the certificate. */
  principalId?: string;
  sourceIp?: string;
  topicName?: string;
  templateName?: string;
  /** What else the entry says; never a secret. */
  details?: string;
};

export type GatewayLog = {
  note(entry: Omit<GatewayEntry, 'at'>): void;
  /** The newest last. */
  entries(): readonly GatewayEntry[];
};

const kept = 1000;

export function createGatewayLog(now: () => number): GatewayLog {
  const entries: GatewayEntry[] = [];
  return {
    note: (entry) => {
      entries.push({ at: now(), ...entry });
      if (entries.length > kept) entries.splice(0, entries.length - kept);
    },
    entries: () => entries,
  };
}
