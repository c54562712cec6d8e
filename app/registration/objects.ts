/** Files in a bucket of S3, each written with the SHA-256 that S3 checks and gives back. */

/** What a whole object must be. Base64, as S3 writes it. */
export type Checksums = {
  bytes: number;
  /** Of each part, in order; one for an object that is written in one piece. */
  parts: readonly string[];
  /** Of the object: that of its one part, or `X-N` over the digests of its N parts ("Checking object integrity"). */
  whole: string;
};

/** A part of an object, with the SHA-256 of its bytes in base64. All but the last one of an object have the same size. */
export type ObjectPart = { bytes: Uint8Array; sha256: string; isLast: boolean };

/** The next part. It is asked for one part at a time, and gets back bytes that were sent; it may use their memory again. */
export type NextPart = (used?: Uint8Array) => Promise<ObjectPart>;

export type StoredFile = { key: string; bytes: number };

/**
 * One bucket. The keys are whole.
 *
 * @throws from every method as those of `Cloud`
 */
export interface ObjectStore {
  /**
   * Looks at the bucket before anything goes there.
   *
   * @throws `cloud.bucket` – it is not there, or is in another Region; `backup.bucketPublic` – everybody may read it
   */
  assertUsable(signal?: AbortSignal): Promise<void>;
  list(prefix: string, signal?: AbortSignal): Promise<StoredFile[]>;
  /** Size and checksum of an object; undefined when it is not there. */
  head(key: string, signal?: AbortSignal): Promise<{ bytes: number; checksum: string | undefined } | undefined>;
  /**
   * Writes an object of one part or of several, and replaces an existing one. One that broke off goes on with the parts that
   * S3 has; what AWS refuses leaves none, as far as AWS is reached.
   *
   * @param parts the bytes of each part; S3 refuses those that have another digest than `checksums` say
   */
  put(key: string, checksums: Checksums, parts: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<void>;
  get(key: string, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  /** Removes the objects, in this order. One that is not there is no error. */
  remove(keys: readonly string[], signal?: AbortSignal): Promise<void>;
  /** Ends the unfinished uploads of these keys, so that their parts cost nothing. */
  abortUploads(prefix: string, isOurs: (key: string) => boolean, signal?: AbortSignal): Promise<void>;
  close(): void;
}
