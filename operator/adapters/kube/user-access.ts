import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { InvalidSpec, Upstream } from '../../api/errors.ts';
import type { Access } from './credentials.ts';
import { execCredential, type PluginSurroundings } from './exec-credential.ts';
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

/** What a user entry may hold. Not the operator's client library: loading it takes half a second, at every command. */
const KNOWN: ReadonlySet<string> = new Set([
  ...['client-certificate', 'client-certificate-data', 'client-key', 'client-key-data'],
  ...['token', 'tokenFile', 'username', 'password', 'exec'],
]);

/** @throws InvalidSpec `KubeconfigUnreadable`, `ContextUnknown`, naming the contexts there are. */
export async function userAccess(
  files: readonly string[],
  named: string | undefined,
  surroundings: PluginSurroundings,
): Promise<UserAccess> {
  const file = await readKubeconfigs(files);
  const context = named ?? file.currentContext;
  const found = file.contexts.find(({ name }) => name === context)?.context;
  if (context === undefined || found === undefined) {
    const names = file.contexts.map(({ name }) => name).join(', ') || 'none';
    const which = context === undefined ? 'there is no current context' : `there is no context ${context}`;
    throw new InvalidSpec('ContextUnknown', `${which} in ${files.join(', ')}: name one of: ${names}`);
  }
  const cluster = file.clusters.find(({ name }) => name === found.cluster)?.cluster;
  if (cluster?.server === undefined) {
    throw new InvalidSpec('ContextUnknown', `context ${context} names no cluster with a server: mend the kubeconfig`);
  }
  const { server } = cluster;
  const user = file.users.find(({ name }) => name === found.user)?.user ?? {};
  refuseUnknown(context, cluster, user);
  return {
    context,
    server,
    ...(found.namespace === undefined ? {} : { namespace: found.namespace }),
    source: sourceOf(() => accessOf(server, cluster, user, surroundings)),
  };
}

function refuseUnknown(context: string, cluster: ClusterEntry, user: UserEntry): void {
  const unknown = [
    ...Object.keys(user).filter((key) => !KNOWN.has(key)),
    ...(cluster['proxy-url'] === undefined ? [] : ['proxy-url']),
  ];
  if (unknown.length === 0) return;
  const what = `${unknown.join(', ')} of context ${context} is not supported by this plugin`;
  throw new InvalidSpec('KubeconfigUnreadable', `${what}: use a token, a certificate or an exec plugin`);
}

/** Read once, and again after a 401. */
function sourceOf(read: () => Promise<Access>): AccessSource {
  let access: Promise<Access> | undefined;
  const renew = (): Promise<Access> => {
    access = read();
    return access;
  };
  return { current: () => access ?? renew(), renew };
}

async function accessOf(
  server: string,
  cluster: ClusterEntry,
  user: UserEntry,
  surroundings: PluginSurroundings,
): Promise<Access> {
  const [ca, ownCert, ownKey, given = {}] = await Promise.all([
    material(cluster['certificate-authority-data'], cluster['certificate-authority']),
    material(user['client-certificate-data'], user['client-certificate']),
    material(user['client-key-data'], user['client-key']),
    user.exec && execCredential(user.exec, cluster, surroundings),
  ]);
  const [cert, key] = [given.clientCertificateData ?? ownCert, given.clientKeyData ?? ownKey];
  // A token file wins over a token, as client-go has it: it is the one that is renewed.
  const own = user.tokenFile === undefined ? user.token : await text(user.tokenFile);
  const token = given.token ?? own;
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
