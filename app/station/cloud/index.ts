export { createCertificateJobs } from './certificatejobs.ts';
export { createCloudLink } from './cloudlink.ts';
export { createEndpointWatch } from './endpoint.ts';
