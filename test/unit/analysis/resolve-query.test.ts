import { assert } from 'chai';
import { resolveArguments, resolvePromQl } from '../../../operator/core/analysis/resolve-query.ts';

const facts = { name: 'shop', namespace: 'acme', revision: 'a1b2c3d4e5', pods: 'shop-a1b2c3d4e5-.....' };

describe('a query with templates', () => {
  it('names the delivery, its revision and its Service', () => {
    const query = 'sum(rate(errors{app="{{name}}",ns="{{ namespace }}",rev="{{revision}}",service="{{service}}"}[1m]))';
    assert.deepEqual(resolvePromQl(query, { ...facts, service: 'shop-canary' }), {
      ok: true,
      value: 'sum(rate(errors{app="shop",ns="acme",rev="a1b2c3d4e5",service="shop-canary"}[1m]))',
    });
  });

  it('names the pods of a side in any kind of quotes', () => {
    assert.deepEqual(resolvePromQl('up{pod=~`{{pods}}`} + up{pod=~"{{pods}}"}', facts), {
      ok: true,
      value: 'up{pod=~`shop-a1b2c3d4e5-.....`} + up{pod=~"shop-a1b2c3d4e5-....."}',
    });
  });

  it('keeps a forged value inside its quotes, whatever the quotes are', () => {
    const forged = { ...facts, name: 'x"} or vector(0) #\'`\n\\' };
    const resolved = resolvePromQl('up{app="{{name}}"}', forged);
    assert.isTrue(resolved.ok);
    if (resolved.ok) assert.notMatch(resolved.value.slice('up{app="'.length, -'"}'.length), /["'`\n} #]/);
  });

  it('fills a template in once: a value is no template', () => {
    assert.deepEqual(resolveArguments({ text: '{{name}}' }, { ...facts, name: '{{revision}}' }), {
      ok: true,
      value: { text: '{{revision}}' },
    });
  });

  it('says which template is unknown, or has nothing to name', () => {
    assert.deepEqual(resolvePromQl('up{pod="{{pod}}"}', facts), {
      ok: false,
      message: '{{pod}} is no template of a query; use {{name}}, {{namespace}}, {{revision}}, {{pods}}, {{service}}',
    });
    assert.deepEqual(resolvePromQl('up{service="{{service}}"}', facts), {
      ok: false,
      message: '{{service}} names no Service: this strategy has none; select by {{revision}} or {{pods}}',
    });
  });

  it('leaves braces of PromQL alone', () => {
    const query = 'sum by (job) ({__name__=~"a{2}|b"})';
    assert.deepEqual(resolvePromQl(query, facts), { ok: true, value: query });
  });

  it('fills in the texts of arguments at any depth, and nothing else', () => {
    const given = { namespace: '{{namespace}}', filters: [{ revision: '{{revision}}' }, 3, true, null] };
    assert.deepEqual(resolveArguments(given, facts), {
      ok: true,
      value: { namespace: 'acme', filters: [{ revision: 'a1b2c3d4e5' }, 3, true, null] },
    });
    assert.deepEqual(resolveArguments({ deep: [['{{nope}}']] }, facts).ok, false);
  });
});
