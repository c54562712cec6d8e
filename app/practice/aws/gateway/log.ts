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
  /** Counts the entries from 1, also those that are not kept any more. */
  seq: number;
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
  note(entry: Omit<GatewayEntry, 'at' | 'seq'>): void;
  /** The newest last. */
  entries(): readonly GatewayEntry[];
};

const kept = 1000;

export function createGatewayLog(now: () => number): GatewayLog {
  const entries: GatewayEntry[] = [];
  let seq = 0;
  return {
    note: (entry) => {
      seq += 1;
      entries.push({ seq, at: now(), ...entry });
      if (entries.length > kept) entries.splice(0, entries.length - kept);
    },
    entries: () => entries,
  };
}
