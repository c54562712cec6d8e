export { createAllowLists } from './allowlists.ts';
export { createCertificateJobs } from './certificatejobs.ts';
export { createCloudLink } from './cloudlink.ts';
export { createDriftJobs } from './drift.ts';
export { createEndpointWatch } from './endpoint.ts';
export { homeOf } from './home.ts';
export { createIssuingInAws } from './issuinginaws.ts';
export { whyNot } from './wouldconnect.ts';
