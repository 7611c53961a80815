import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { Upstream } from '../../api/errors.ts';
import type { ClusterEntry } from './kubeconfig-file.ts';

/** `user.exec` of a kubeconfig. */
export interface ExecEntry {
  readonly apiVersion?: string;
  readonly command?: string;
  readonly args?: readonly string[] | null;
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null;
  readonly installHint?: string;
  readonly interactiveMode?: 'Never' | 'IfAvailable' | 'Always';
  readonly provideClusterInfo?: boolean;
}

export interface ExecCredential {
  readonly token?: string;
  readonly clientCertificateData?: string;
  readonly clientKeyData?: string;
}

/** What a plugin gets from whoever runs it. */
export interface PluginSurroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether standard input is a terminal. */
  readonly interactive: boolean;
}

/** Somebody may have to log in with a browser. */
const WITHIN = 300_000;

/**
 * Runs a credential plugin, as client-go does: no shell, its words for people go to standard error, what it prints is an
 * ExecCredential. @throws Upstream `CredentialsUnavailable`, never quoting what was printed: it holds a token.
 */
export async function execCredential(
  exec: ExecEntry,
  cluster: ClusterEntry,
  { environment, interactive }: PluginSurroundings,
): Promise<ExecCredential> {
  const { command = '', args, env, interactiveMode } = exec;
  const given = Object.fromEntries((env ?? []).map(({ name, value }) => [name, value]));
  const child = spawn(command, args ?? [], {
    stdio: [interactiveMode === 'Never' ? 'ignore' : 'inherit', 'pipe', 'inherit'],
    env: { ...environment, ...given, KUBERNETES_EXEC_INFO: JSON.stringify(execInfo(exec, cluster, interactive)) },
    signal: AbortSignal.timeout(WITHIN),
  });
  try {
    const [printed] = await Promise.all([text(child.stdout), once(child, 'close')]);
    if (child.exitCode !== 0) throw unavailable(exec, `it ended with ${child.exitCode ?? child.signalCode}`);
    return statusOf(printed, exec);
  } catch (error) {
    if (error instanceof Upstream) throw error;
    throw unavailable(exec, error instanceof Error && 'code' in error ? String(error.code) : 'it did not end in time');
  }
}

function execInfo(
  { apiVersion, interactiveMode, provideClusterInfo }: ExecEntry,
  cluster: ClusterEntry,
  terminal: boolean,
): object {
  const interactive = interactiveMode !== 'Never' && terminal;
  const spec = { interactive, ...(provideClusterInfo === true ? { cluster } : {}) };
  return { apiVersion, kind: 'ExecCredential', spec };
}

function statusOf(printed: string, exec: ExecEntry): ExecCredential {
  let value: unknown;
  try {
    value = JSON.parse(printed);
  } catch {
    throw unavailable(exec, 'it printed no JSON');
  }
  if (typeof value === 'object' && value !== null && 'status' in value) {
    const { status } = value;
    if (typeof status === 'object' && status !== null) return status; // border: every member is optional text
  }
  throw unavailable(exec, 'it printed no credential');
}

function unavailable({ command = '', installHint }: ExecEntry, why: string): Upstream {
  const hint = installHint === undefined ? '' : `; ${installHint.trim()}`;
  const message = `the credential plugin ${command} of the kubeconfig gave nothing (${why}): run it by hand to see why${hint}`;
  return new Upstream('CredentialsUnavailable', message);
}
