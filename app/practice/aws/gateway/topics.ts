/** Topics and filters as AWS IoT takes them. */
import { isFleetTopic } from './fleet.ts';

/** "AWS IoT Core message broker and protocol limits and quotas", AWS General Reference. Lengths are bytes of UTF-8. */
const longestTopic = 256;
const mostSlashes = 7;
/** The first levels of basic ingest and of shared subscriptions do not count. */
const uncounted = /^\$(?:aws\/rules\/[^/]*\/|share\/[^/]*\/)/i;

/** Why AWS ends the connection of a client that publishes to this topic, or undefined. */
export function topicRefusal(topic: string): string | undefined {
  if (/[#+\0]/.test(topic)) return 'The topic has a wildcard or a null character.';
  return limitRefusal(topic) ?? (mayPublish(topic) ? undefined : `The topic ${topic} is reserved.`);
}

/** Why AWS ends the connection of a client that subscribes with this filter, or undefined. */
export function filterRefusal(filter: string): string | undefined {
  const levels = filter.split('/');
  const misplaced = levels.some(
    (level, at) =>
      (level.includes('#') && (level !== '#' || at < levels.length - 1)) || (level.includes('+') && level !== '+'),
  );
  if (misplaced || filter.includes('\0')) return 'The topic filter is malformed.';
  return limitRefusal(filter) ?? (maySubscribe(filter) ? undefined : `The topic filter ${filter} is reserved.`);
}

function limitRefusal(text: string): string | undefined {
  if (text === '') return 'The topic is empty.';
  const counted = text.replace(uncounted, '');
  if (Buffer.byteLength(counted) > longestTopic) return `The topic has more than ${longestTopic} bytes.`;
  return counted.split('/').length - 1 > mostSlashes ? `The topic has more than ${mostSlashes} slashes.` : undefined;
}

/**
 * "Reserved topics" (developer guide) that a client may publish to. Topics that begin with `$` are AWS's. Answers and
 * events among them are for AWS alone.
 */
const mayPublish = (topic: string): boolean =>
  !topic.startsWith('$') ||
  isFleetTopic(topic) ||
  (/^\$aws\/(?:things\/|rules\/|commands\/|device_location\/)/.test(topic) &&
    !/\/(?:accepted|rejected|delta|documents|notify|notify-next)$/.test(topic));

const maySubscribe = (filter: string): boolean =>
  !filter.startsWith('$') ||
  /^\$aws\/(?:events|certificates|provisioning-templates|things|commands|device_location|sitewise)\//.test(filter);

/** Whether a topic is among those of a filter (MQTT 3.1.1 §4.7). */
export function isAmong(topic: string, filter: string): boolean {
  const [levels, wanted] = [topic.split('/'), filter.split('/')];
  if (topic.startsWith('$') && /^[#+]/.test(filter)) return false;
  if (wanted.at(-1) === '#') {
    wanted.pop();
    return levels.length >= wanted.length && wanted.every((one, at) => one === '+' || one === levels[at]);
  }
  return levels.length === wanted.length && wanted.every((one, at) => one === '+' || one === levels[at]);
}
