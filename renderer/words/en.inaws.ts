/** The words of the versions that AWS has of a policy or a template. */
export const inAws = {
  difference: 'What differs from version {version} in AWS',
  differenceHint: 'Taken out is what only AWS says, put in what only the text here says.',
  versions: 'Versions in AWS: {count, number} of at most {most, number}',
  versionsOf: 'Versions of {name} in {target}',
  full: 'AWS keeps {most, number} versions. Delete one that is not needed, or the oldest goes when the next one is put there.',
  version: 'Version {version}',
  notDated: 'AWS says no time',
  default: 'Default',
  makeDefault: 'Make it the default',
  remove: 'Delete the version',
  setDefaultTitle: 'Make version {version} of {name} the default in {target}?',
  policyMeaning:
    'Within minutes every device whose certificate has this policy may do what this version says, and nothing else by it.',
  templateMeaning: 'Units that are provisioned from now on are made by it. Things that exist stay as they are.',
  removeTitle: 'Delete version {version} of {name} in {target}?',
  removeMeaning: 'AWS deletes it for good. Devices do not notice: only the default version counts for them.',
  against: 'Version {version} against the default version {default}:',
  asking: 'Asking AWS…',
} as const;
