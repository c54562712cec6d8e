import { StationError } from '../contract/errors.ts';

/** What a driver throws for an answer that is missing, malformed, or damaged on its way: `device.badAnswer`. */
export const badAnswer = (detail: string): StationError => new StationError('device.badAnswer', detail);
