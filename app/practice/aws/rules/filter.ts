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
