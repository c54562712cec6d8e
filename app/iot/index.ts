export { checkPolicy } from './policies/check.ts';
export { checkCognito, evaluateCognito } from './policies/cognito.ts';
export { evaluate } from './policies/evaluate.ts';
export { explainReason } from './policies/explain.ts';
export { policyStarters } from './policies/starters.ts';
export { bulkTemplate } from './templates/bulktemplate.ts';
export { checkTemplate } from './templates/grammar.ts';
export type { TemplateKind } from './templates/properties.ts';
export { renderTemplate } from './templates/render.ts';
