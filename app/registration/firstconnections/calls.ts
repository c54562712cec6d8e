/** What the watch of first connections asks of an account. Nothing is changed there. */

export type RegisteredCertificate = { arn: string; status: string; createdAt: Date | undefined };
export type ListedCertificate = { certificateId: string; status: string; createdAt: Date | undefined };

/** @throws from every method as `Cloud` */
export interface ConnectionCalls {
  /** A page of the device certificates of this CA, the newest first; `next` is undefined on the last one. */
  newestOf(
    caCertificateId: string,
    marker: string | undefined,
    signal?: AbortSignal,
  ): Promise<{ certificates: ListedCertificate[]; next?: string | undefined }>;
  /** Undefined when the account does not know it. */
  certificate(certificateId: string, signal?: AbortSignal): Promise<RegisteredCertificate | undefined>;
  /** Ids of the certificates of a thing; undefined when the account has no thing of this name. */
  certificatesOf(thingName: string, signal?: AbortSignal): Promise<string[] | undefined>;
  /** Whether any policy holds for the certificate, also by a group of its thing. */
  hasPolicy(certificateArn: string, thingName: string, signal?: AbortSignal): Promise<boolean>;
  /**
   * The address of the account's stream of messages (MQTT over WebSocket), signed by the credentials of the station. It
   * holds a secret for the minutes that it is valid: it belongs in no log.
   */
  eventsUrl(): Promise<string>;
}
