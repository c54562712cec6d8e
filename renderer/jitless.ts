/**
 * Must be the first import. Zod probes `new Function` when schemas are made, which the content security policy refuses
 * and reports; this asks it not to, before its first line runs.
 */
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });

export {};
