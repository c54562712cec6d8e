/** What just-in-time registration has in the account beside AWS IoT. Times are epoch seconds with a fraction. */

/** Lets a service of AWS run a function, perhaps for one of its resources only. */
export type FunctionPermission = { sid: string; principal: string; sourceArn?: string; sourceAccount?: string };

/** A function of Lambda. Its code is a zip file in the blob store. */
export type LambdaFunction = {
  name: string;
  runtime: string;
  role: string;
  handler: string;
  description?: string;
  environment?: Record<string, unknown>;
  timeout: number;
  memory: number;
  blob: string;
  size: number;
  /** In base64. */
  sha256: string;
  modifiedAt: number;
  /** Who may run it beside the identities of the account. */
  permissions?: FunctionPermission[];
};

/** An item of DynamoDB: attribute name → type → value. */
export type TableItem = Record<string, Record<string, unknown>>;
export type Table = {
  name: string;
  /** `HASH`, then perhaps `RANGE`. Types are `S`, `N` and `B`. */
  keys: { name: string; role: string; type: string }[];
  /** By the JSON of the key's values. */
  items: Map<string, TableItem>;
  createdAt: number;
};

/** A stack of CloudFormation, as its template made it. */
export type Stack = {
  name: string;
  id: string;
  status: 'CREATE_COMPLETE' | 'CREATE_FAILED';
  reason?: string;
  createdAt: number;
  outputs: { key: string; value: string }[];
};
