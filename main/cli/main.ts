#!/usr/bin/env node
/** The command line: the same station, without a screen. */
import { runCommandLine } from './program.ts';

process.exitCode = await runCommandLine(process.argv.slice(2));
