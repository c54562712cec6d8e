export { askAbout, watchRates } from './ask.ts';
export { listen } from './listen.ts';
export { lookThrough } from './lists.ts';
export type { AwsMessage } from './message.ts';
