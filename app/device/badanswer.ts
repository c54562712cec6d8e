import { StationError } from '../contract/errors.ts';

/** The error for an answer that is missing, malformed or damaged on its way: `device.badAnswer`. */
export const badAnswer = (detail: string): StationError => new StationError('device.badAnswer', detail);
