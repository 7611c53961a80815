import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { InvalidSpec, Upstream } from '../../api/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type { Access } from './credentials.ts';
import { type ClusterEntry, readKubeconfigs, type UserEntry } from './kubeconfig-file.ts';
import type { AccessSource } from './wire.ts';

/** The rights of the person at the keyboard, by their kubeconfig. */
export interface UserAccess {
  readonly context: string;
  readonly server: string;
  /** That the context names. */
  readonly namespace?: string;
  readonly source: AccessSource;
}

export interface UserAccessOptions {
  /** In the order of $KUBECONFIG. */
  readonly files: readonly string[];
  readonly context?: string;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/** Credentials that stand in the file or in files it names; everything else is the client library's, which takes half a second to load. */
const STANDING: ReadonlySet<string> = new Set([
  ...['client-certificate', 'client-certificate-data', 'client-key', 'client-key-data'],
  ...['token', 'tokenFile', 'username', 'password'],
]);

/** @throws InvalidSpec `KubeconfigUnreadable`, `ContextUnknown`, naming the contexts there are. */
export async function userAccess(options: UserAccessOptions): Promise<UserAccess> {
  const file = await readKubeconfigs(options.files);
  const context = options.context ?? file.currentContext;
  const found = file.contexts.find(({ name }) => name === context)?.context;
  if (context === undefined || found === undefined) {
    const names = file.contexts.map(({ name }) => name).join(', ') || 'none';
    const which = context === undefined ? 'there is no current context' : `there is no context ${context}`;
    throw new InvalidSpec('ContextUnknown', `${which} in ${options.files.join(', ')}: name one of: ${names}`);
  }
  const cluster = file.clusters.find(({ name }) => name === found.cluster)?.cluster;
  if (cluster?.server === undefined) {
    throw new InvalidSpec('ContextUnknown', `context ${context} names no cluster with a server: mend the kubeconfig`);
  }
  const user = file.users.find(({ name }) => name === found.user)?.user ?? {};
  const standing = Object.keys(user).every((key) => STANDING.has(key)) && cluster['proxy-url'] === undefined;
  return {
    context,
    server: cluster.server,
    ...(found.namespace === undefined ? {} : { namespace: found.namespace }),
    source: standing ? standingSource(cluster.server, cluster, user) : await librarySource(options, context),
  };
}

function standingSource(server: string, cluster: ClusterEntry, user: UserEntry): AccessSource {
  let access: Promise<Access> | undefined;
  const renew = (): Promise<Access> => {
    access = standingAccess(server, cluster, user);
    return access;
  };
  return { current: () => access ?? renew(), renew };
}

async function standingAccess(server: string, cluster: ClusterEntry, user: UserEntry): Promise<Access> {
  const [ca, cert, key] = await Promise.all([
    material(cluster['certificate-authority-data'], cluster['certificate-authority']),
    material(user['client-certificate-data'], user['client-certificate']),
    material(user['client-key-data'], user['client-key']),
  ]);
  const token = user.token ?? (user.tokenFile === undefined ? undefined : await text(user.tokenFile));
  const servername = cluster['tls-server-name'];
  const tls = {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(servername === undefined ? {} : { servername }),
    ...(cluster['insecure-skip-tls-verify'] === true ? { rejectUnauthorized: false } : {}),
  };
  return { server, headers: headers(token, user), tls, tlsDigest: digest(tls) };
}

function headers(token: string | undefined, { username, password }: UserEntry): Record<string, string> {
  // A token file often ends with a newline, which no header may hold.
  if (token !== undefined) return { authorization: `Bearer ${token.trim()}` };
  if (username === undefined) return {};
  return { authorization: `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}` };
}

async function material(data: string | undefined, path: string | undefined): Promise<string | undefined> {
  if (data !== undefined) return Buffer.from(data, 'base64').toString('utf8');
  return path === undefined ? undefined : text(path);
}

async function text(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown cause';
    throw new Upstream('CredentialsUnavailable', `could not read ${path}, which the kubeconfig names (${code})`);
  }
}

function digest(tls: object): string {
  return createHash('sha256').update(JSON.stringify(tls)).digest('hex');
}

/** Exec plugins, OIDC and the like, as `@kubernetes/client-node` knows them. */
async function librarySource(options: UserAccessOptions, context: string): Promise<AccessSource> {
  const [{ KubeConfig }, { Credentials }] = await Promise.all([
    import('@kubernetes/client-node'),
    import('./credentials.ts'),
  ]);
  const { files, clock, metrics } = options;
  const load = () => {
    const config = new KubeConfig();
    for (const [index, file] of files.entries()) {
      if (index === 0) config.loadFromFile(file);
      else {
        const more = new KubeConfig();
        more.loadFromFile(file);
        config.mergeConfig(more, true);
      }
    }
    config.setCurrentContext(context);
    return config;
  };
  return new Credentials(load, clock, metrics);
}
