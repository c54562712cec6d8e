/** What the account's function made of a certificate, as it wrote it. */
export type JitrResult = { result: string; reason?: string; at?: string };

export type AllowListChange = {
  /** Units to be listed, by the SHA-256 of their public keys. */
  put?: readonly { spkiSha256: string; unitSerial: string; orderId: string; thingName: string }[];
  /** Keys to be taken off. */
  remove?: readonly string[];
  /** Serials of certificates that are refused from now on, whatever else is listed. */
  revoke?: readonly string[];
};

/** The table of just-in-time registration in the account of a target. */
export type AllowListInAws = {
  /**
   * Changes the list; it may be repeated. At most `rowsAtOnce` rows.
   * @throws `cloud.noTable` – the account has no such table; `cloud.throttled` – a part is done: repeat all
   */
  change(change: AllowListChange, signal?: AbortSignal): Promise<void>;
  /** What became of certificates, by their ids; at most a hundred. One that never came is missing. */
  results(certificateIds: readonly string[], signal?: AbortSignal): Promise<Map<string, JitrResult>>;
};
