/** An order's word for "the model that the device reports". */
export const anyModel = '*';

/** A unit of such an order has no model until its device has reported it. */
export const modelText = (model: string): string => (model === anyModel ? '–' : model);
