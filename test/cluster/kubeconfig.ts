import type { KeyedCertificate } from './certificates.ts';

/** How a caller proves who it is. */
export type Credentials = KeyedCertificate | { readonly token: string };

/** Where an API server is and how to trust it: its URL and the PEM of its authority. */
export type Endpoint = { readonly server: string; readonly authority: string };

/** The text of a kubeconfig file (JSON, which is YAML) with one cluster, one user and one current context. */
export function kubeconfig(endpoint: Endpoint, credentials: Credentials, namespace = 'default'): string {
  const user =
    'token' in credentials
      ? { token: credentials.token }
      : {
          'client-certificate-data': base64(credentials.certificate),
          'client-key-data': base64(credentials.key),
        };
  const cluster = { server: endpoint.server, 'certificate-authority-data': base64(endpoint.authority) };
  const document = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'plane', cluster }],
    users: [{ name: 'caller', user }],
    contexts: [{ name: 'plane', context: { cluster: 'plane', user: 'caller', namespace } }],
    'current-context': 'plane',
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
