/** A practice AWS that ends with its standard input. Prints its target, and its process, as one line of JSON. */
import { startPracticeAws } from '../../../app/practice/aws/index.ts';
import { systemClock } from '../../../main/clock.ts';

const aws = await startPracticeAws({ clock: systemClock, rate: Number.POSITIVE_INFINITY });
const { endpoint: endpointUrl, region, bucket, roleArn, credentials } = aws;
console.log(JSON.stringify({ pid: process.pid, name: 'main', endpointUrl, region, bucket, roleArn, credentials }));
process.stdin.resume();
process.stdin.on('end', () => void aws.close().then(() => process.exit(0)));
