import { assert } from 'chai';
import { configReferencesOf, withConfigNames } from '../../../operator/core/config-references.ts';

/** Each place of a pod's spec that can name one, under a name that says which place it is. */
const everywhere = {
  imagePullSecrets: [{ name: 'pull' }],
  containers: [
    {
      name: 'web',
      image: 'web:1',
      envFrom: [{ configMapRef: { name: 'env-from' } }, { prefix: 'S_', secretRef: { name: 'env-from' } }],
      env: [
        { name: 'PLAIN', value: 'as it is' },
        { name: 'A', valueFrom: { configMapKeyRef: { name: 'env', key: 'a' } } },
        { name: 'B', valueFrom: { secretKeyRef: { name: 'env', key: 'b', optional: true } } },
        { name: 'C', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      ],
    },
  ],
  initContainers: [{ name: 'init', envFrom: [{ configMapRef: { name: 'init' } }] }],
  ephemeralContainers: [
    { name: 'debug', env: [{ name: 'D', valueFrom: { secretKeyRef: { name: 'debug', key: 'd' } } }] },
  ],
  volumes: [
    { name: 'data', emptyDir: {} },
    { name: 'files', configMap: { name: 'files', items: [{ key: 'k', path: 'p' }] } },
    { name: 'keys', secret: { secretName: 'keys', optional: true } },
    {
      name: 'both',
      projected: {
        sources: [
          { configMap: { name: 'projected' } },
          { secret: { name: 'projected', optional: true } },
          { downwardAPI: {} },
        ],
      },
    },
  ],
};

describe('the config that a pod names', () => {
  it('is found in every place, each once and sorted, but for credentials of the pull', () => {
    const told = configReferencesOf(everywhere).map(
      ({ kind, name, optional }) => `${kind} ${name}${optional ? ' (optional)' : ''}`,
    );
    assert.deepEqual(told, [
      'ConfigMap env',
      'ConfigMap env-from',
      'ConfigMap files',
      'ConfigMap init',
      'ConfigMap projected',
      'Secret debug',
      'Secret env (optional)',
      'Secret env-from',
      'Secret keys (optional)',
      'Secret projected (optional)',
    ]);
  });

  it('is needed as soon as one place needs it', () => {
    const volumes = [
      { name: 'a', configMap: { name: 'shared', optional: true } },
      { name: 'b', configMap: { name: 'shared' } },
      { name: 'c', configMap: { name: 'shared', optional: true } },
    ];
    assert.deepEqual(configReferencesOf({ volumes }), [{ kind: 'ConfigMap', name: 'shared', optional: false }]);
  });

  it('gets other names in those places, and nothing else changes', () => {
    const renamed = withConfigNames(everywhere, ({ kind, name }) => `${kind}-${name}`.toLowerCase());
    const names = configReferencesOf(renamed).map(({ name }) => name);
    assert.lengthOf(names, 10);
    assert.isTrue(names.every((name) => /^(configmap|secret)-/.test(name)));
    const back = withConfigNames(renamed, ({ name }) => name.replace(/^(configmap|secret)-/, ''));
    assert.deepEqual(back, everywhere);
  });

  it('is nothing where there is no pod spec, or one of a wrong shape', () => {
    for (const shape of [undefined, null, 7, [], {}, { containers: 'web', volumes: [null, { configMap: 'x' }] }]) {
      assert.deepEqual(configReferencesOf(shape), []);
      assert.deepEqual(
        withConfigNames(shape, () => 'other'),
        shape,
      );
    }
  });
});
