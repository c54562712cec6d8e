import { StationError } from '../contract/errors.ts';
import { cloudError, notAws } from './failure.ts';
import { linesOf } from './lines.ts';
import { maxLineBytes } from './linesfile.ts';

const maxDownloadMs = 600_000;

/**
 * The lines behind report links, which are presigned addresses for a plain GET. Only https and the endpoint's own
 * origin (the practice AWS) are followed.
 * @throws `cloud.badAnswer` – when a link must not be followed or is refused; `cloud.unreachable`, `call.cancelled`
 */
export async function* reportLines(
  links: () => Promise<string[]>,
  endpointUrl: string | undefined,
  signal: AbortSignal | undefined,
): AsyncIterable<string> {
  for (const link of await links()) {
    const url = allowed(link, endpointUrl);
    const limit = AbortSignal.timeout(maxDownloadMs);
    try {
      const response = await fetch(url, {
        redirect: 'error',
        signal: signal ? AbortSignal.any([signal, limit]) : limit,
      });
      // A page of a proxy would be a report without one line that can be read, and no unit would have its answer.
      const requestId = response.headers.get('x-amz-request-id');
      if (requestId === null) {
        await response.body?.cancel();
        throw notAws('GetReport', { httpStatusCode: response.status });
      }
      if (!response.ok || !response.body) {
        await response.body?.cancel();
        throw new StationError(
          response.status >= 500 ? 'cloud.unreachable' : 'cloud.badAnswer',
          'a report link was refused',
          {
            data: { operation: 'GetReport', httpStatus: response.status },
          },
        );
      }
      yield* linesOf(response.body, maxLineBytes);
    } catch (error) {
      throw cloudError(error, 'GetReport', signal);
    }
  }
}

function allowed(link: string, endpointUrl: string | undefined): URL {
  const url = URL.parse(link);
  const own = endpointUrl === undefined ? undefined : URL.parse(endpointUrl)?.origin;
  if (url && (url.protocol === 'https:' || url.origin === own)) return url;
  throw new StationError('cloud.badAnswer', 'AWS gave a report link that is not https', {
    data: { operation: 'GetReport' },
  });
}
