export { askAbout, watchRates } from './ask.ts';
export { listen, type StreamState } from './listen.ts';
export { lookThrough } from './lists.ts';
export type { AwsMessage } from './message.ts';
