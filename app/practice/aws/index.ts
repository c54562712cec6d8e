export { roleName, userName } from './permissions/identities.ts';
export { type PracticeAws, type PracticeAwsOptions, startPracticeAws } from './server.ts';
