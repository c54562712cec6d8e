/** Each partition of AWS with the prefix of its Regions ("Amazon Resource Names", AWS reference guide). */
export const partitions: Readonly<Record<string, RegExp>> = {
  aws: /^(?!cn-|us-gov-|us-iso|eu-isoe-|eusc-)/,
  'aws-cn': /^cn-/,
  'aws-us-gov': /^us-gov-/,
  'aws-iso': /^us-iso-/,
  'aws-iso-b': /^us-isob-/,
  'aws-iso-e': /^eu-isoe-/,
  'aws-iso-f': /^us-isof-/,
  'aws-eusc': /^eusc-/,
};

/** The partition of a Region. */
export const partitionOf = (region: string): string =>
  Object.entries(partitions).find(([, regions]) => regions.test(region))?.[0] ?? 'aws';
