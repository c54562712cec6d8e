#!/usr/bin/env node
/** The command line: the same station without a screen. */
import { Command } from 'commander';
import { version } from '../version.ts';
import { addAdmin } from './admin.ts';
import { addAudit } from './audit.ts';
import { addBackups } from './backups.ts';
import { addBatch } from './batch.ts';
import { addCeremony } from './ceremony.ts';
import { addHierarchy } from './hierarchy.ts';
import { addInit } from './init.ts';
import { addLine } from './line.ts';
import { addPolicy } from './policy.ts';
import { addPractice } from './practice.ts';
import { addProfiles } from './profile.ts';
import { addRecipes } from './recipes.ts';
import { addRevocation } from './revoke.ts';
import { addServe } from './serve.ts';
import { addCa } from './sign.ts';
import { addTemplate } from './template.ts';
import { addUnits } from './units.ts';

const program = new Command('birthmark')
  .description(
    'A factory provisioning station: devices make their keys, the station certifies, records and registers them.',
  )
  .version(version)
  // So that `recipes approve NAME --version 2` is not taken for ours.
  .enablePositionalOptions()
  .showHelpAfterError('(add --help for what this command takes)')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

addInit(program);
const ca = addCa(program);
addRevocation(ca);
addHierarchy(ca);
addCeremony(ca);
addBackups(ca);
addProfiles(program);
addRecipes(program);
addLine(program);
addUnits(program);
addBatch(program);
addTemplate(program);
addAudit(program);
addPolicy(program);
addPractice(program);
addServe(program);
addAdmin(program);

await program.parseAsync();
