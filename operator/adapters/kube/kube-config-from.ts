import { KubeConfig } from '@kubernetes/client-node';
import { InvalidSpec } from '../../api/errors.ts';

/** Where the rights of this process come from: the pod's own ServiceAccount, or a kubeconfig file. */
export type KubeConfigSource =
  | { readonly kind: 'in-cluster' }
  | { readonly kind: 'file'; readonly path: string; readonly context?: string };

/** A new KubeConfig without any cached credential. @throws InvalidSpec `KubeconfigUnreadable`, never quoting the file: it holds secrets. */
export function kubeConfigFrom(source: KubeConfigSource): KubeConfig {
  const config = new KubeConfig();
  if (source.kind === 'in-cluster') {
    config.loadFromCluster();
    return config;
  }
  try {
    config.loadFromFile(source.path);
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'its content is no kubeconfig';
    throw new InvalidSpec(
      'KubeconfigUnreadable',
      `could not read the kubeconfig ${source.path} (${why}): name another file`,
    );
  }
  if (source.context !== undefined) config.setCurrentContext(source.context);
  return config;
}
