/** Calls about the events for an MES. */
export { delivery, listEvents, recordDelivery, resumeDelivery } from './outbox.ts';
export { removeEvents } from './retention.ts';
