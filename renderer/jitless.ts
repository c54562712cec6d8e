/**
 * Must be the first import. Zod tries `new Function` when schemas are made. The content security policy refuses and
 * reports that. This setting stops zod from trying, before its first line runs.
 */
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });

export {};
