export { askAbout, watchRates } from './ask.ts';
export { graceMs } from './judge.ts';
export { listen } from './listen.ts';
export { lookThrough } from './lists.ts';
export type { AwsMessage } from './message.ts';
