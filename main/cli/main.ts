#!/usr/bin/env node
/** The command line: the same station, without a screen. */
import { watchOutput } from './output.ts';
import { runCommandLine } from './program.ts';

const isLost = watchOutput();
const code = await runCommandLine(process.argv.slice(2));
process.exitCode = isLost() ? 3 : code;
