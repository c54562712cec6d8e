/** An order's word for "whatever model the device says it is". */
export const anyModel = '*';

/** A unit of such an order has no model until its device was asked. */
export const modelText = (model: string): string => (model === anyModel ? '–' : model);
