export * from './clock.ts';
export * from './errors.ts';
export * from './issuance.ts';
export * from './methods.ts';
export * from './model.ts';
export * from './serials.ts';
export * from './window.ts';
export * from './wire.ts';
