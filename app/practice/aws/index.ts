export type { Act, Standing } from './acts.ts';
export { controlPath, tokenHeader } from './control.ts';
export type { Gateway } from './gateway/gateway.ts';
export type { GatewayEntry } from './gateway/log.ts';
export { roleName, userName } from './permissions/identities.ts';
export { faultKinds, faultMembers } from './readact.ts';
export { type PracticeAws, type PracticeAwsOptions, startPracticeAws } from './server.ts';
