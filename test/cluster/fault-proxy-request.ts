/** A request to an API server, understood. */
export interface ProxiedRequest {
  /** Counted from 1 by the proxy that saw it. */
  readonly number: number;
  /** get, list, watch, create, update, patch or delete. */
  readonly verb: string;
  readonly lane: 'list' | 'watch' | 'read' | 'write';
  /** Empty for a path that is no resource, such as /version. */
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  /** Of a creation too. */
  readonly name: string;
  /** In whose name it is asked; empty: the caller's own. */
  readonly as: string;
  readonly dryRun: boolean;
}

const WRITES: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };

/** @param body of a creation, which alone names its object */
export function readRequest(
  number: number,
  method: string,
  url: string,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  body: string,
): ProxiedRequest {
  const { pathname, searchParams } = new URL(url, 'https://server');
  const { namespace, resource, name, subresource } = placeOf(pathname);
  const write = WRITES[method];
  const watch = ['true', '1'].includes(searchParams.get('watch') ?? '');
  const read = name === '' && resource !== '' ? 'list' : 'get';
  const verb = write ?? (watch ? 'watch' : read);
  return {
    number,
    verb,
    lane: write !== undefined ? 'write' : verb === 'get' ? 'read' : watch ? 'watch' : 'list',
    resource,
    subresource,
    namespace,
    name: name === '' && method === 'POST' ? nameIn(body) : name,
    as: String(headers['impersonate-user'] ?? ''),
    dryRun: searchParams.get('dryRun') === 'All',
  };
}

/** One line: `patch deployments/status web/shop as system:serviceaccount:web:code-tenant`. */
export function toldRequest({ verb, resource, subresource, namespace, name, as, dryRun }: ProxiedRequest): string {
  const what = [resource, subresource].filter((part) => part !== '').join('/');
  const where = [namespace, name].filter((part) => part !== '').join('/');
  return [verb, what, where, as === '' ? '' : `as ${as}`, dryRun ? '(dry run)' : '']
    .filter((part) => part !== '')
    .join(' ');
}

function placeOf(path: string) {
  const nowhere = { namespace: '', resource: '', name: '', subresource: '' };
  const rest = /^\/(?:api\/[^/]+|apis\/[^/]+\/[^/]+)\/(.+)$/.exec(path)?.[1];
  if (rest === undefined) return nowhere;
  const [first = '', second = '', third, ...more] = rest.split('/');
  // What stands below a namespace, unless it is a subresource of the namespace itself.
  if (first === 'namespaces' && third !== undefined && !['status', 'finalize'].includes(third)) {
    const [name = '', subresource = ''] = more;
    return { namespace: second, resource: third, name, subresource };
  }
  return { namespace: '', resource: first, name: second, subresource: third ?? '' };
}

function nameIn(body: string): string {
  try {
    const { metadata } = JSON.parse(body) as { metadata?: { name?: string } }; // border: an object, or it is refused by the server
    return metadata?.name ?? '';
  } catch {
    return '';
  }
}
