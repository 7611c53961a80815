import { readFileSync } from 'node:fs';
import { assert } from 'chai';
import type { AuditRecord } from '../../operator/ports/audit.ts';
import { bootCluster } from '../cluster/boot-cluster.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { type OperatorProcess, runOperator } from '../cluster/operator.ts';
import { answerAs, ask, goLive, inPhase, refused, succeeded } from '../support/consultations.ts';
import { installBuilt } from '../support/operator.ts';
import { personWith } from '../support/person-with.ts';
import { until } from '../support/until.ts';

const CRD = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/expertconsultations.code-engine.dev';

/** On a plane of its own: the operator is killed, and the least deadline is seconds instead of minutes. */
describe('the time an approval takes', function () {
  this.timeout(90_000);
  let cluster: Cluster;
  let process: OperatorProcess;
  const all: OperatorProcess[] = [];

  before(async function () {
    // The first build of the plane's programs takes minutes.
    this.timeout(45 * 60_000);
    cluster = await bootCluster();
    await installBuilt(cluster);
    await allowShortDeadlines();
    await startOperator();
  });

  after(async () => {
    await process?.stop();
    await cluster?.stop();
  });

  it('may outlast the operator: machines are asked once, and the first answer counts when it comes back', async () => {
    const name = { namespace: 'default', name: 'outlasting' };
    const experts = [
      { name: 'security', provider: 'builtin/security' },
      { name: 'release-manager', provider: 'human', required: true },
    ];
    await ask(cluster, goLive(name, { experts, quorum: 1 }));
    const waiting = await inPhase(cluster, name, 'AwaitingHuman');
    await process.kill();
    const alice = await personWith(cluster, 'alice', 'code:approver');
    const bob = await personWith(cluster, 'bob', 'code:approver');
    const as = 'release-manager';
    succeeded(await answerAs(alice, cluster, name, { expert: as, by: alice, answer: 'approve' }));
    succeeded(await answerAs(bob, cluster, name, { expert: as, by: bob, answer: 'reject' }));
    await startOperator();
    const { status } = await inPhase(cluster, name, 'Agreed');
    const error = `${alice} answered as ${as} before; an expert answers once`;
    assert.deepEqual(status?.answers, [
      ...(waiting.status?.answers?.slice(0, 1) ?? []),
      { expert: as, provider: 'human', kind: 'human', state: 'Answered', by: alice, answer: 'approve' },
      { expert: as, provider: 'human', kind: 'human', state: 'Failed', by: bob, answer: 'reject', error },
    ]);
    assert.include(status?.timeline?.join('\n'), `the answer of ${bob} as ${as} does not count: ${error}`);
    const performed = all
      .flatMap(auditTrail)
      .filter(({ object, stage }) => object.name === name.name && stage === 'intent');
    assert.deepEqual(
      performed.map(({ action }) => action),
      ['ask-experts,record', 'weigh-answers'],
    );
  });

  it('ends at the deadline, for want of the person it names; afterwards nobody answers any longer', async () => {
    const name = { namespace: 'default', name: 'expiring' };
    const alice = await personWith(cluster, 'alice', 'code:approver');
    await ask(cluster, goLive(name, { deadline: '3s' }));
    await inPhase(cluster, name, 'AwaitingHuman');
    const { status } = await inPhase(cluster, name, 'Failed');
    const ready = status?.conditions?.find(({ type }) => type === 'Ready');
    assert.deepEqual([ready?.status, ready?.reason], ['False', 'DeadlineExceeded']);
    assert.include(ready?.message, `no answer as release-manager was seen before ${status?.expiresAt}`);
    assert.isAtLeast(Date.parse(ready?.lastTransitionTime ?? ''), Date.parse(status?.expiresAt ?? ''));
    const late = { expert: 'release-manager', by: alice, answer: 'approve' };
    refused(await answerAs(alice, cluster, name, late), 'the panel has come to its verdict');
  });

  it('is over for an answer that the operator sees only after the deadline', async () => {
    const name = { namespace: 'default', name: 'too-late' };
    const alice = await personWith(cluster, 'alice', 'code:approver');
    await ask(cluster, goLive(name, { deadline: '3s' }));
    const { status: before } = await inPhase(cluster, name, 'AwaitingHuman');
    await process.kill();
    await until('the deadline had passed', 10_000, () => Date.now() > Date.parse(before?.expiresAt ?? ''));
    succeeded(await answerAs(alice, cluster, name, { expert: 'release-manager', by: alice, answer: 'approve' }));
    await startOperator();
    const { status } = await inPhase(cluster, name, 'Failed');
    assert.deepInclude(status?.answers?.at(-1), {
      by: alice,
      state: 'Failed',
      error: `the deadline, ${status?.expiresAt}, had passed when it was seen`,
    });
    assert.isUndefined(status?.consensus?.recommendation);
  });

  async function startOperator(): Promise<void> {
    process = await runOperator(cluster);
    all.push(process);
    await process.ready();
  }

  async function allowShortDeadlines(): Promise<void> {
    const path =
      '/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/deadline/x-kubernetes-validations/1';
    const rule = { rule: "duration(self) >= duration('1s')", message: 'deadline must be a second at least' };
    await cluster.expectSuccess({
      method: 'PATCH',
      path: CRD,
      contentType: 'application/json-patch+json',
      body: [{ op: 'replace', path, value: rule }],
    });
  }
});

function auditTrail({ auditTrail: file }: OperatorProcess): readonly AuditRecord[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  // The last line of a killed one may be half a line.
  return lines.slice(0, -1).map((line) => JSON.parse(line) as AuditRecord); // border: the operator's own lines
}
