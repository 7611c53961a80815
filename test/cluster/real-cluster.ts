import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kubectl } from '../support/kubectl.ts';
import { ensureBinary } from './binaries.ts';
import type { OperatorHost } from './operator.ts';
import { PlaneError } from './plane-error.ts';
import { Supervisor } from './supervisor.ts';

/** The cluster of a context of the user's kubeconfig; nothing is asked of it before `confirm`. */
export interface RealCluster extends OperatorHost {
  readonly context: string;
  readonly server: string;
  stop(): Promise<void>;
}

interface KubeconfigView {
  readonly clusters: readonly { readonly cluster: { readonly server: string } }[];
  readonly contexts: readonly { readonly name: string }[];
}

/** Reads the named kubeconfig and narrows it to one context, in a directory of its own: no other cluster can be meant later. */
export async function realCluster(path: string, context: string | undefined): Promise<RealCluster> {
  const program = await ensureBinary('kubectl');
  const directory = await mkdtemp(join(tmpdir(), 'code-start-'));
  const narrow = ['config', 'view', '--minify', '--flatten', '-o', 'json'];
  const chosen = context === undefined ? narrow : [...narrow, '--context', context];
  const view = await kubectl({ kubectl: program, kubeconfig: path, directory }, chosen);
  if (view.code !== 0) {
    await rm(directory, { recursive: true });
    throw new PlaneError(`the kubeconfig ${path} cannot be used: ${view.stderr.trim()}`);
  }
  const kubeconfig = join(directory, 'kubeconfig');
  await writeFile(kubeconfig, view.stdout, { mode: 0o600 });
  const { clusters, contexts } = JSON.parse(view.stdout) as KubeconfigView; // border: kubectl's own output
  const supervisor = new Supervisor(directory);
  let stopped = false;
  const plane = { kubectl: program, kubeconfig, directory };
  return {
    ...plane,
    context: contexts[0]?.name ?? '?',
    server: clusters[0]?.cluster.server ?? '?',
    get stopped() {
      return stopped;
    },
    async run(command) {
      const log = join(directory, `${command.name}.log`);
      return { ...(await supervisor.start({ ...command, log })), log };
    },
    async operatorKubeconfig(name) {
      const asked = ['create', 'token', 'code-operator', '-n', 'code-system', '--duration=24h'];
      const token = await kubectl(plane, asked);
      if (token.code !== 0) throw new PlaneError(`no token for the operator's ServiceAccount: ${token.stderr.trim()}`);
      const config = JSON.parse(view.stdout) as { users: unknown; contexts: readonly { context: { user: string } }[] };
      const user = config.contexts[0]?.context.user ?? 'operator';
      config.users = [{ name: user, user: { token: token.stdout.trim() } }];
      const file = join(directory, name);
      await writeFile(file, JSON.stringify(config), { mode: 0o600 });
      return file;
    },
    async stop() {
      stopped = true;
      await supervisor.stop();
    },
  };
}
