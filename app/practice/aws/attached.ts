/** Attachments seen from the other end. Keys and members are names or ids; members keep the order in which they came. */
export type Index = {
  add(key: string, member: string): void;
  remove(key: string, member: string): void;
  get(key: string): ReadonlySet<string>;
};

export type Links = {
  /** Names of things, by certificate id. */
  thingsOf: Index;
  /** `cert/ID` and `thinggroup/NAME`, by policy name. */
  targetsOf: Index;
  /** Names of things, by group, billing group and type. */
  groupMembers: Index;
  billingMembers: Index;
  typeMembers: Index;
  /** Certificate ids, by id of the CA. */
  issuedBy: Index;
  /** Ids of certificates whose ownership token is not spent, the oldest first. */
  owned: Set<string>;
};
