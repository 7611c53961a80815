import { Aborted, asCodeError, Bug } from '../../api/errors.ts';
import type { Identity } from '../../core/action.ts';
import type { ConfigObject } from '../../core/config-content.ts';
import type { Reader } from '../../ports/kube.ts';

export type SecretHeaders =
  | { readonly ok: true; readonly headers: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly message: string };

const MOST = 16;
const LONGEST = 8_192;
const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
const VALUE = /^[\x20-\x7e]+$/;
/** What the connection and the answer rest on is not the Secret's to say. */
const OURS =
  /^(host|connection|content-.*|transfer-encoding|te|trailer|upgrade|expect|keep-alive|proxy-.*|accept(-.*)?)$/i;

/**
 * The keys of a Secret as headers, read as the tenant at each question: it may be rotated. What they hold is told to the
 * asked host and to nobody else, so a mistake names the key alone.
 * @throws Aborted, Bug
 */
export async function secretHeaders(
  reader: Pick<Reader, 'read'>,
  name: string,
  as: Identity,
  signal: AbortSignal,
): Promise<SecretHeaders> {
  if (as.kind !== 'service-account') return { ok: false, message: 'headersSecret is read as a tenant only' };
  const { namespace } = as;
  try {
    const secret = await reader.read<ConfigObject>({ resource: 'Secret', namespace, name }, as, signal);
    if (secret === undefined) {
      return { ok: false, message: `Secret ${name} of provider.web.headersSecret does not exist; create it` };
    }
    return headersOf(name, secret.data ?? {});
  } catch (thrown) {
    const failure = asCodeError(thrown);
    if (failure instanceof Aborted || failure instanceof Bug) throw failure;
    return { ok: false, message: `Secret ${name} of provider.web.headersSecret cannot be read: ${failure.message}` };
  }
}

function headersOf(secret: string, data: Readonly<Record<string, string>>): SecretHeaders {
  const entries = Object.entries(data).map(([key, value]) => [key, decoded(value)] as const);
  if (entries.length > MOST)
    return { ok: false, message: `Secret ${secret} has more than ${MOST} headers; remove some` };
  const wrong = entries.find(
    ([key, value]) => !NAME.test(key) || OURS.test(key) || value.length > LONGEST || !VALUE.test(value),
  );
  if (wrong === undefined) return { ok: true, headers: Object.fromEntries(entries) };
  const message = `key ${wrong[0].slice(0, 64)} of Secret ${secret} is no header that may be sent; name an own header and give it one line of ASCII`;
  return { ok: false, message };
}

/** A line as editors and kubectl write it ends with a line feed that nobody means. */
const decoded = (value: string): string => Buffer.from(value, 'base64').toString('latin1').trim();
