import type { Account, Certificate } from '../account.ts';

/** A device that the gateway let in. */
export type Connection = {
  /** The account that the server name of its TLS connection belongs to. */
  account: Account;
  clientId: string;
  /** The certificate that it showed. For fleet provisioning by claim this is the claim. */
  certificate: Certificate;
  /** Epoch seconds. */
  connectedAt?: number;
  sourceIp: string;
  sourcePort: number;
  /** Sends a message to this connection only, whatever it has subscribed to. */
  send(topic: string, payload: Uint8Array): void;
};

/** Of an account, whoever sent it: a device, AWS itself or a rule. */
export type Message = { topic: string; payload: Uint8Array };
