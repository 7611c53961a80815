import { assert } from 'chai';
import { deliveryNews } from '../../../operator/cli/view/delivery-news.ts';
import { deliveryView } from '../../../operator/cli/view/delivery-view.ts';
import { explanation } from '../../../operator/cli/view/explanation.ts';
import { type Pod, podView } from '../../../operator/cli/view/pod-view.ts';
import { templateDiff } from '../../../operator/cli/view/template-diff.ts';
import { approval, condition, crashing, denied, pod, rolledBack, rollingOut, serving, shop } from './samples.ts';

describe('how a delivery stands', () => {
  const standing = (deployment: Parameters<typeof deliveryView>[0]) => deliveryView(deployment, { known: [] }).standing;

  it('is Ready, Stalled, Suspended or Working, by its conditions', () => {
    const suspended = { conditions: [condition('Ready', 'Unknown', 'Suspended')] };
    assert.deepEqual(
      [serving, denied, rolledBack, rollingOut, suspended, undefined].map((status) => standing(shop(status))),
      ['Ready', 'Stalled', 'Stalled', 'Working', 'Suspended', 'Working'],
    );
  });

  it('is Working while the newest spec was not seen, whatever status says of an older one', () => {
    for (const status of [serving, denied]) {
      const view = deliveryView(shop({ ...status, observedGeneration: 2 }), { known: [] });
      assert.deepEqual([view.standing, view.current], ['Working', false]);
      assert.equal(view.next, 'wait: the operator has not seen the newest spec yet');
    }
  });

  it('names the next action as the command to type', () => {
    const next = (status: Parameters<typeof shop>[0], ...pods: readonly Pod[]) =>
      deliveryView(shop(status), { known: pods }).next;
    const awaiting = { ...rollingOut, conditions: [condition('Ready', 'Unknown', 'WaitingForApproval')] };
    const pausing = { ...rollingOut, conditions: [condition('Ready', 'Unknown', 'WaitingForPromotion')] };
    const approvals = ['p1', 'p2'].map((plan) => approval(plan));
    assert.deepEqual(
      [
        next(rolledBack),
        deliveryView(shop(awaiting), { known: [] }, approvals).next,
        next(awaiting),
        next(pausing),
        next(rollingOut, pod('shop-bbbb-b1', 'bbbb', crashing)),
        next({ conditions: [condition('Ready', 'False', 'Odd'), condition('Stalled', 'True', 'Odd')] }),
      ],
      [
        'change the template (in Git, where it comes from there); or try it again: kubectl code retry shop -n acme-prod',
        'a person must answer "may shop go on?": kubectl code answer shop-of-p2 -n acme-prod --answer approve, or --answer reject',
        'a person must answer: kubectl get consult shows what is asked',
        'it pauses: go on with kubectl code promote shop -n acme-prod, or go back with kubectl code abort shop -n acme-prod',
        'its pods fail: it goes back by itself at the deadline; or at once: kubectl code abort shop -n acme-prod',
        'read the cause: kubectl code explain shop -n acme-prod',
      ],
    );
  });
});

describe('what people are asked', () => {
  it('is told first where the delivery waits for it, before what an earlier attempt at the plan left open', () => {
    const [earlier, now] = ['shop-d1-ask-scan-0a1b', 'shop-d2-ask-scan-0a1b'].map((name) => {
      const asked = approval('p2');
      return { ...asked, metadata: { ...asked.metadata, name } };
    });
    assert.isTrue(earlier !== undefined && now !== undefined);
    const message = 'tool ops.scan (scan) failed; kubectl describe consult shop-d2-ask-scan-0a1b says what to decide';
    const waiting = { ...rollingOut, message, conditions: [condition('Ready', 'Unknown', 'WaitingForApproval')] };
    const { approvals, next } = deliveryView(
      shop(waiting),
      { known: [] },
      [earlier, now].filter((one) => one !== undefined),
    );
    assert.deepEqual(
      approvals.map(({ consultation }) => consultation),
      ['shop-d2-ask-scan-0a1b', 'shop-d1-ask-scan-0a1b'],
    );
    assert.include(next, 'kubectl code answer shop-d2-ask-scan-0a1b -n acme-prod --answer approve, or --answer reject');
  });

  it('and who let a call pass is told where its failure is explained', () => {
    const tools = rollingOut.tools?.map((call) => ({ ...call, outcome: 'Failed' as const, acceptedBy: 'alice' }));
    const view = deliveryView(shop({ ...rollingOut, ...(tools === undefined ? {} : { tools }) }), { known: [] });
    assert.deepInclude(
      explanation(view, undefined).reasons.find(({ source }) => source === 'tool scan'),
      { message: 'Failed in step prepare; alice let the delivery go on' },
    );
  });
});

describe('a delivery that waits for a decision', () => {
  const next = (message: string) => {
    const conditions = [condition('Ready', 'Unknown', 'WaitingForDecision')];
    return deliveryView(shop({ ...rollingOut, message, conditions }), { known: [] }).next;
  };

  it('may go on where metrics came to no verdict, and not where it failed and is held', () => {
    assert.deepEqual(
      [next('error-rate is undecided'), next('it is held as it stands, since spec.rollback.automatic is false')],
      [
        'the metrics came to no verdict: kubectl code promote shop -n acme-prod goes on, kubectl code abort shop -n acme-prod goes back',
        'it failed and is held: kubectl code abort shop -n acme-prod goes back, kubectl code retry shop -n acme-prod tries again',
      ],
    );
  });
});

describe('the revisions of a delivery', () => {
  it('are told by what they are to it, with the pods they have', () => {
    const stray = pod('shop-cccc-c1', 'cccc');
    const { revisions } = deliveryView(shop(rolledBack), { known: [pod('shop-aaaa-a1', 'aaaa'), stray] });
    assert.deepEqual(
      revisions.map(({ hash, roles, cause, pods }) => [hash, roles.join(), cause, pods?.length]),
      [
        ['bbbb', 'desired,rejected', 'CrashLooping', 0],
        ['aaaa', 'serving', undefined, 1],
        ['cccc', 'old', undefined, 1],
      ],
    );
  });
});

describe('the state of a pod', () => {
  const state = (status: Pod['status']) => {
    const { state, health } = podView(pod('p', 'aaaa', status));
    return `${state} ${health}`;
  };
  const waiting = (reason: string): Pod['status'] => ({
    phase: 'Pending',
    containerStatuses: [{ name: 'web', state: { waiting: { reason } } }],
  });

  it('is the word a person looks for', () => {
    const ended = (exitCode: number): Pod['status'] => ({
      phase: 'Running',
      containerStatuses: [{ name: 'web', state: { terminated: { exitCode } } }],
    });
    const not = (type: string, status: string, reason: string): Pod['status'] => ({
      phase: type === 'Ready' ? 'Running' : 'Pending',
      conditions: [{ type, status, reason }],
    });
    const told = [
      {},
      waiting('ContainerCreating'),
      waiting('ImagePullBackOff'),
      crashing,
      ended(1),
      ended(0),
      not('PodScheduled', 'False', 'Unschedulable'),
      not('Ready', 'False', 'ContainersNotReady'),
      not('Ready', 'Unknown', 'NodeStatusUnknown'),
      { phase: 'Failed', reason: 'Evicted' },
    ].map(state);
    assert.deepEqual(told, [
      'Pending busy',
      'Pending busy',
      'ImagePullBackOff bad',
      'CrashLoopBackOff bad',
      'Error bad',
      'Running busy',
      'Unschedulable bad',
      'Running busy',
      'NodeLost bad',
      'Evicted bad',
    ]);
  });

  it('is Ending once it is being deleted, and counts its restarts', () => {
    const dying = pod('p', 'aaaa', crashing);
    const view = podView({ ...dying, metadata: { ...dying.metadata, deletionTimestamp: '2026-11-25T12:00:00Z' } });
    assert.deepEqual([view.state, view.restarts], ['Ending', 3]);
  });
});

describe('the news of a delivery', () => {
  const view = (status: typeof serving, ...pods: readonly Pod[]) => deliveryView(shop(status), { known: pods });

  it('begins with this attempt, not with the past', () => {
    assert.deepEqual(deliveryNews(undefined, view(serving)), serving.timeline?.slice(1));
  });

  it('begins with nothing where the newest spec was not seen', () => {
    assert.deepEqual(deliveryNews(undefined, view({ ...serving, observedGeneration: 2 })), []);
  });

  it('finds where this attempt began also past midnight', () => {
    const plan = { hash: 'p', revision: 'bbbb', delivery: 'd', startedAt: '2026-11-25T23:59:58Z' };
    const timeline = ['23:00:00 finish: old', '23:59:58 validate: new', '00:00:03 finish: newest'];
    assert.deepEqual(deliveryNews(undefined, view({ ...serving, plan, timeline })), timeline.slice(1));
  });

  it('tells each line once, and pods when their numbers change', () => {
    const one = view(rollingOut, pod('a1', 'aaaa'));
    const two = view(
      { ...rollingOut, timeline: [...(rollingOut.timeline ?? []), '12:00:09 promote: done'] },
      pod('a1', 'aaaa'),
    );
    const three = view(rollingOut, pod('a1', 'aaaa'), pod('b1', 'bbbb', crashing));
    assert.deepEqual(deliveryNews(one, two), ['12:00:09 promote: done']);
    assert.deepEqual(deliveryNews(two, three), ['pods: bbbb desired 1 CrashLoopBackOff; aaaa serving 1 Ready']);
    assert.deepEqual(deliveryNews(three, three), []);
  });
});

describe('the difference of two pod templates', () => {
  it('is told field by field, items by their names', () => {
    const from = {
      metadata: { labels: { 'app.io/x': 'a' } },
      spec: { containers: [{ name: 'web', image: 'shop:2', args: ['a'] }] },
    };
    const to = { metadata: { labels: {} }, spec: { containers: [{ name: 'web', image: 'shop:1', args: ['a', 'b'] }] } };
    assert.deepEqual(templateDiff(from, to), [
      { path: 'metadata.labels', to: '{}' },
      { path: 'metadata.labels."app.io/x"', from: '"a"' },
      { path: 'spec.containers[web].args[1]', to: '"b"' },
      { path: 'spec.containers[web].image', from: '"shop:2"', to: '"shop:1"' },
    ]);
  });

  it('is nothing between equal ones', () => {
    const template = { spec: { containers: [], nodeName: null } };
    assert.deepEqual(templateDiff(template, structuredClone(template)), []);
  });
});
