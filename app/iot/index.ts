export { checkPolicy } from './policies/check.ts';
export { checkCognito, evaluateCognito } from './policies/cognito.ts';
export { evaluate } from './policies/evaluate.ts';
export { explainReason } from './policies/explain.ts';
export { bulkTemplate } from './templates/bulktemplate.ts';
export { checkTemplate } from './templates/check.ts';
export { drawTemplate } from './templates/draw.ts';
export { type TemplateKind, templateKinds } from './templates/kinds.ts';
export { renderTemplate } from './templates/render.ts';
