import { assert } from 'chai';
import { labels } from '../../../operator/api/names.ts';
import type { EndpointSlice, Pod } from '../../../operator/controllers/deployment/cluster-objects.ts';
import { readyBehind } from '../../../operator/controllers/deployment/traffic/ready-behind.ts';

const slice = (service: string, endpoints: Exclude<EndpointSlice['endpoints'], undefined>): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: `${service}-abcde`, labels: { 'kubernetes.io/service-name': service } },
  endpoints,
});

const pod: Pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'shop-1', labels: { [labels.revision]: 'one' } },
};

describe('the ready endpoints behind a Service', () => {
  it('are counted by revision, of its own slices', () => {
    const endpoints = [{ conditions: { ready: true }, targetRef: { kind: 'Pod', name: 'shop-1' } }];
    const slices = [slice('shop', endpoints), slice('other', endpoints)];
    assert.deepEqual([...readyBehind({ slices, pods: [pod] }, 'shop')], [['one', 1]]);
  });

  it('are none where the API server shows none, which it writes as null', () => {
    assert.deepEqual([...readyBehind({ slices: [slice('shop', null)], pods: [pod] }, 'shop')], []);
  });
});
