import { assert } from 'chai';
import { podTemplate } from '../../../../operator/controllers/deployment/build/pod-template.ts';
import type { ConfigSource } from '../../../../operator/controllers/deployment/config/config-source.ts';
import { deliveryOf } from '../../../../operator/controllers/deployment/delivery/delivery.ts';
import { copyName } from '../../../../operator/controllers/deployment/delivery/frozen-config.ts';
import { planOf } from '../../../../operator/controllers/deployment/delivery/frozen-plan.ts';
import { configDigest } from '../../../../operator/core/config-content.ts';
import type { ConfigSight } from '../../../../operator/ports/config.ts';
import { aDeployment } from '../builders.ts';

const spec = { containers: [{ name: 'web', image: 'shop:1', envFrom: [{ configMapRef: { name: 'env' } }] }] };
const reading = aDeployment({ template: { metadata: { labels: { app: 'shop' } }, spec } });
const present = (digest: string, live = false): ConfigSight => ({
  state: 'present',
  digest,
  live,
  immutable: false,
  owners: [],
});
const source = (sight: ConfigSight, optional = false): ConfigSource => ({
  kind: 'ConfigMap',
  name: 'env',
  optional,
  sight,
});
const planned = (sight: ConfigSight, optional = false) =>
  deliveryOf(reading, undefined, [source(sight, optional)]).plan;

describe('a revision', () => {
  it('of a template without config has the hash it always had', () => {
    assert.equal(deliveryOf(aDeployment(), undefined, []).plan.revision, 'ec02f7999d');
    assert.equal(deliveryOf(aDeployment(), undefined, []).plan.hash, '51340355e9');
  });

  it('is another one for other data, and the same for the same', () => {
    const [one, two] = [planned(present('0000000001')), planned(present('0000000002'))];
    assert.notEqual(one.revision, two.revision);
    assert.notEqual(one.hash, two.hash);
    assert.deepEqual(planned(present('0000000001')), one);
    assert.deepEqual(one.config, [{ kind: 'ConfigMap', name: 'env', digest: '0000000001' }]);
  });

  it('is that of the template alone where all it names is live, or optional and absent', () => {
    const { revision } = planOf(reading.spec);
    assert.equal(planned(present('0000000001', true)).revision, revision);
    assert.equal(planned({ state: 'absent' }, true).revision, revision);
    assert.notEqual(planned({ state: 'absent' }).revision, revision);
  });

  it('stays when what it was made from goes away or cannot be read: its pods have the copy', () => {
    const frozen = planned(present('0000000001'));
    for (const sight of [{ state: 'absent' }, { state: 'refused', message: 'forbidden' }] as const) {
      assert.deepEqual(deliveryOf(reading, frozen, [source(sight)]).plan, frozen);
    }
  });

  it('that an older version planned stays as it is until its template changes or somebody asks for more', () => {
    const old = planOf(reading.spec);
    assert.equal(deliveryOf(reading, old, [source(present('0000000001'))]).plan.revision, old.revision);
    const retried = { ...reading, metadata: { ...reading.metadata, annotations: { 'code-engine.dev/retry': '1' } } };
    const { plan } = deliveryOf(retried, old, [source(present('0000000001'))]);
    assert.deepEqual(plan.config, [{ kind: 'ConfigMap', name: 'env', digest: '0000000001' }]);
  });

  it('gives its pods the copies, by names that keep the digest at any length', () => {
    const { spec: pods } = podTemplate('shop', planned(present('0a1b2c3d4e')));
    assert.deepEqual(pods.containers[0]?.['envFrom'], [{ configMapRef: { name: 'env-0a1b2c3d4e' } }]);
    const long = copyName({ kind: 'Secret', name: 'x'.repeat(253), digest: '0a1b2c3d4e' });
    assert.equal(long.length, 63);
    assert.match(long, /x-0a1b2c3d4e$/);
  });

  it('knows data by a digest that differs by kind, name, namespace and type', () => {
    const object = (namespace: string, type?: string) => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'any', namespace },
      data: { key: 'dmFsdWU=' },
      ...(type === undefined ? {} : { type }),
    });
    const digests = [
      configDigest({ kind: 'Secret', name: 'a' }, object('one')),
      configDigest({ kind: 'ConfigMap', name: 'a' }, object('one')),
      configDigest({ kind: 'Secret', name: 'b' }, object('one')),
      configDigest({ kind: 'Secret', name: 'a' }, object('two')),
      configDigest({ kind: 'Secret', name: 'a' }, object('one', 'Opaque')),
    ];
    assert.equal(new Set(digests).size, digests.length);
    assert.equal(digests[0], configDigest({ kind: 'Secret', name: 'a' }, object('one')));
  });
});
