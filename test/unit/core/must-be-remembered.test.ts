import { assert } from 'chai';
import type { Action } from '../../../operator/core/action.ts';
import { mustBeRemembered } from '../../../operator/core/must-be-remembered.ts';

const record = { type: 'record', record: { kind: 'intent' } } as const;
const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one' } };
const create: Action = { type: 'create-object', object, as: { kind: 'operator' } };
const call: Action = {
  type: 'call-tool',
  ...{ name: 'scan', server: 'security', tool: 'scan_manifest', arguments: {}, key: 'key', timeout: 1_000 },
  as: { kind: 'service-account', namespace: 'web', name: 'code-tenant' },
};

describe('what must be remembered before anything else happens', () => {
  it('is an intent, and how a call ended', () => {
    assert.isTrue(mustBeRemembered([record]));
    assert.isTrue(mustBeRemembered([call]));
    assert.isTrue(mustBeRemembered([create, record]));
  });

  it('is neither what can be seen in the cluster nor what may wait for the end of the pass', () => {
    assert.isFalse(mustBeRemembered([create]));
    assert.isFalse(mustBeRemembered([create, { ...record, deferred: true }]));
  });
});
