import type { Account, Certificate } from '../account.ts';

/** A device that the gateway let in. */
export type Connection = {
  /** The account that the server name of its TLS connection belongs to. */
  account: Account;
  clientId: string;
  /** The certificate that it showed. For fleet provisioning by claim this is the claim. */
  certificate: Certificate;
  /** Epoch seconds. */
  connectedAt: number;
  sourceIp: string;
  sourcePort: number;
  /** Sends a message to this connection only, if it has subscribed to the topic and may receive it. */
  send(topic: string, payload: Uint8Array): void;
};
