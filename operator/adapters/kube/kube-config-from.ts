import { KubeConfig } from '@kubernetes/client-node';

/** Where the rights of this process come from: the pod's own ServiceAccount, or a kubeconfig file. */
export type KubeConfigSource =
  | { readonly kind: 'in-cluster' }
  | { readonly kind: 'file'; readonly path: string; readonly context?: string };

/** A new KubeConfig without any cached credential. Throws where the file cannot be read or is no kubeconfig. */
export function kubeConfigFrom(source: KubeConfigSource): KubeConfig {
  const config = new KubeConfig();
  if (source.kind === 'in-cluster') {
    config.loadFromCluster();
    return config;
  }
  config.loadFromFile(source.path);
  if (source.context !== undefined) config.setCurrentContext(source.context);
  return config;
}
