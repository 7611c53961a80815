/** The programs of the throw-away plane, built from the Go modules that go.mod pins. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureGoProgram } from './go-program.ts';
import { moduleDirectory } from './go-toolchain.ts';
import { type Progress, progressOn } from './progress.ts';

/** Where each program comes from, in the order in which they are built. */
const PACKAGES = {
  opa: 'github.com/open-policy-agent/opa',
  etcd: 'go.etcd.io/etcd/server/v3',
  'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
  kubectl: 'k8s.io/kubernetes/cmd/kubectl',
  'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
  'kube-scheduler': 'k8s.io/kubernetes/cmd/kube-scheduler',
  kwok: 'sigs.k8s.io/kwok/cmd/kwok',
} as const;

export type BinaryName = keyof typeof PACKAGES;
/** The path of each program. */
export type Binaries = Readonly<Record<BinaryName, string>>;

// Object.keys returns string[]; these are the keys of the constant above.
const NAMES = Object.keys(PACKAGES) as BinaryName[];

/** Builds what the cache does not hold yet and returns the paths of all programs; silent when nothing is missing. */
export async function ensureBinaries(progress: Progress = progressOn(process.stderr)): Promise<Binaries> {
  const paths: [BinaryName, string][] = [];
  for (const name of NAMES) paths.push([name, await ensureBinary(name, progress)]);
  // fromEntries loses the key type; NAMES are exactly the keys.
  return Object.fromEntries(paths) as Binaries;
}

/** The path of one program, built if need be. */
export async function ensureBinary(name: BinaryName, progress: Progress = progressOn(process.stderr)): Promise<string> {
  const program = {
    name,
    package: PACKAGES[name],
    module: moduleDirectory,
    linkerFlags: await linkerFlags(),
    place: ` (${NAMES.indexOf(name) + 1} of ${NAMES.length})`,
    whole: 'the control plane',
    duration: `all ${NAMES.length} take 7 to 20 minutes`,
  };
  return ensureGoProgram(program, progress);
}

/** Without these the API server answers /version with v0.0.0. */
async function linkerFlags(): Promise<string> {
  const pins = await readFile(join(moduleDirectory, 'go.mod'), 'utf8');
  const [, version = '', major = '', minor = ''] = /k8s\.io\/kubernetes (v(\d+)\.(\d+)\.\d+)/.exec(pins) ?? [];
  const stamps = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'].flatMap((path) => [
    `-X ${path}.gitVersion=${version}`,
    `-X ${path}.gitMajor=${major}`,
    `-X ${path}.gitMinor=${minor}`,
  ]);
  return ['-s -w', ...stamps].join(' ');
}
