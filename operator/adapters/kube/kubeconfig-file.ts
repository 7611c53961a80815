import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { InvalidSpec } from '../../api/errors.ts';
import type { ExecEntry } from './exec-credential.ts';

/** What `kubectl code` reads of a kubeconfig; its relative paths are relative to the file, and made absolute here. */
export interface KubeconfigFile {
  readonly currentContext?: string;
  readonly contexts: readonly Named<'context', { cluster?: string; user?: string; namespace?: string }>[];
  readonly clusters: readonly Named<'cluster', ClusterEntry>[];
  readonly users: readonly Named<'user', UserEntry>[];
}

type Named<Key extends string, Value> = { readonly name: string } & { readonly [K in Key]?: Value };

export interface ClusterEntry {
  readonly server?: string;
  readonly 'certificate-authority'?: string;
  readonly 'certificate-authority-data'?: string;
  readonly 'insecure-skip-tls-verify'?: boolean;
  readonly 'tls-server-name'?: string;
  readonly 'proxy-url'?: string;
}

/** Members that are not named here (auth-provider, impersonation) are refused by name. */
export interface UserEntry {
  readonly 'client-certificate'?: string;
  readonly 'client-certificate-data'?: string;
  readonly 'client-key'?: string;
  readonly 'client-key-data'?: string;
  readonly token?: string;
  readonly tokenFile?: string;
  readonly username?: string;
  readonly password?: string;
  readonly exec?: ExecEntry;
}

const PATHS = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile'];

/**
 * The files of $KUBECONFIG as one, as kubectl merges them: the first to name something wins, files that do not exist are
 * passed over. @throws InvalidSpec `KubeconfigUnreadable`, never quoting a file: it holds secrets.
 */
export async function readKubeconfigs(paths: readonly string[]): Promise<KubeconfigFile> {
  const files = (await Promise.all(paths.map(read))).filter((file) => file !== undefined);
  if (files.length === 0) {
    throw unreadable(paths.join(', '), 'no such file', 'name one with --kubeconfig or $KUBECONFIG');
  }
  const currentContext = files.find((file) => file['current-context'])?.['current-context'];
  return {
    ...(currentContext === undefined ? {} : { currentContext }),
    contexts: files.flatMap((file) => file.contexts ?? []),
    clusters: files.flatMap((file) => file.clusters ?? []),
    users: files.flatMap((file) => file.users ?? []),
  };
}

interface Raw {
  readonly 'current-context'?: string;
  readonly contexts?: KubeconfigFile['contexts'] | null;
  readonly clusters?: KubeconfigFile['clusters'] | null;
  readonly users?: KubeconfigFile['users'] | null;
}

async function read(path: string): Promise<Raw | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown cause';
    if (code === 'ENOENT') return undefined;
    throw unreadable(path, code, 'name another file');
  }
  let value: unknown;
  try {
    value = parse(text, absolutePaths(dirname(resolve(path))));
  } catch {
    throw unreadable(path, 'it is no YAML', 'name another file');
  }
  if (value === null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw unreadable(path, 'its content is no kubeconfig', 'name another file');
  }
  return value as Raw; // border: every member is optional, and checked where it is used
}

function absolutePaths(directory: string): (key: unknown, value: unknown) => unknown {
  return (key, value) => {
    if (typeof key !== 'string' || typeof value !== 'string') return value;
    // A plugin without a slash is looked for in $PATH.
    const isPath = PATHS.includes(key) || (key === 'command' && value.includes('/'));
    return isPath ? resolve(directory, value) : value;
  };
}

function unreadable(path: string, why: string, next: string): InvalidSpec {
  return new InvalidSpec('KubeconfigUnreadable', `could not read the kubeconfig ${path} (${why}): ${next}`);
}
