/** `cloud`: what is in the AWS accounts of the targets. */
import type { Command } from 'commander';
import { addClaimAllow } from './claimallow.ts';
import { addCloudAllowList } from './cloudallowlist.ts';
import { addCloudCas } from './cloudca.ts';
import { addCloudCertificates } from './cloudcertificates.ts';
import { addDrift } from './drift.ts';

export function addCloud(program: Command): void {
  const cloud = program
    .command('cloud')
    .description('our CAs and device certificates in the AWS accounts of the targets');
  addCloudCas(cloud);
  addCloudCertificates(cloud);
  addCloudAllowList(cloud);
  addClaimAllow(cloud);
  addDrift(cloud);
}
