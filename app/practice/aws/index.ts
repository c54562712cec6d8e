export { type PracticeAws, type PracticeAwsOptions, startPracticeAws } from './server.ts';
