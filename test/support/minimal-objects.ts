/** The least that the API server takes of each of our kinds. */

type Fields = { readonly [key: string]: unknown };

const apiVersion = 'code-engine.dev/v1alpha1';

export function minimalDeployment(name: string, spec: Fields = {}, metadata: Fields = {}) {
  const labels = { app: name };
  const containers = [{ name: 'web', image: 'registry.example/web:1' }];
  const template = { metadata: { labels }, spec: { containers } };
  return {
    apiVersion,
    kind: 'Deployment',
    metadata: { name, ...metadata },
    spec: { selector: { matchLabels: labels }, template, ...spec },
  };
}

export function minimalConsultation(name: string, spec: Fields = {}) {
  const answer = { kind: 'choice', options: ['approve', 'reject'], permits: ['approve'] };
  const question = 'Is this release safe to roll out?';
  return {
    apiVersion,
    kind: 'ExpertConsultation',
    metadata: { name },
    spec: { title: 'Safe?', question, answer, ...spec },
  };
}

export function minimalTenant(name: string, spec: Fields = {}) {
  const owners = [{ kind: 'Group', name: 'acme-admins' }];
  return { apiVersion, kind: 'Tenant', metadata: { name }, spec: { owners, ...spec } };
}
