import { join } from 'node:path';
import { assert } from 'chai';
import fc from 'fast-check';
import { loadConsensusEngine } from '../../../operator/adapters/consensus/index.ts';
import type { ExpertAnswerStatus, ExpertConsultation } from '../../../operator/api/generated/expert-consultation.ts';
import type { ConsensusEngine } from '../../../operator/ports/consensus.ts';
import { testSeed } from '../../support/test-seed.ts';
import { projectRoot } from '../../verbs/project.ts';
import { CREATED, consultation } from './consultation.ts';
import { passOver } from './take-turns.ts';

const SEED = testSeed();
const DEADLINE = CREATED + 24 * 3_600_000;
const experts = [
  { name: 'security', provider: 'builtin/security', veto: true },
  { name: 'release-manager', provider: 'human', required: true },
  { name: 'sre', provider: 'human', required: true },
  { name: 'advisor', provider: 'human' },
];

/** What people, time and crashes do; after each a pass, whose write is lost when the operator dies. */
const answers = fc.record({
  expert: fc.constantFrom('security', 'release-manager', 'sre', 'advisor', 'nobody'),
  by: fc.constantFrom('alice', 'bob', 'carol'),
  answer: fc.constantFrom('approve', 'reject', ' Approve ', 'maybe'),
  planHash: fc.constantFrom('p1', 'p1', 'p1', 'p0'),
});
const events = fc.array(
  fc.record({
    answer: fc.option(answers, { nil: undefined }),
    hours: fc.nat({ max: 5 }),
    crash: fc.boolean(),
  }),
  { minLength: 1, maxLength: 10 },
);

describe(`the laws of an approval (CODE_SEED=${SEED})`, () => {
  let engine: ConsensusEngine;
  before(async () => {
    engine = await loadConsensusEngine(join(projectRoot, 'build', 'wasm'));
  });

  it('hold whoever answers what, whenever, and however often the operator dies', async () => {
    await fc.assert(
      fc.asyncProperty(events, async (list) => {
        let object = await passOver(consultation({ experts }), CREATED, engine);
        let now = CREATED;
        for (const { answer, hours, crash } of list) {
          now += hours * 3_600_000;
          if (answer !== undefined) object = given(object, answer);
          const after = await passOver(object, now, engine);
          assertLawful(object, after, now);
          if (crash) assert.deepEqual(after, await passOver(object, now, engine), 'the next process decides the same');
          else object = after;
        }
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  it('end at the deadline at the latest', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(answers, { maxLength: 8 }), async (list) => {
        const asked = await passOver(consultation({ experts }), CREATED, engine);
        const { status } = await passOver(list.reduce(given, asked), DEADLINE, engine);
        assert.equal(status?.phase, 'Failed');
        assert.isFalse(rowsOf(status).some(({ state }) => state === 'AwaitingHuman'));
      }),
      { seed: SEED, numRuns: 100 },
    );
  });
});

function assertLawful(before: ExpertConsultation, { status }: ExpertConsultation, now: number): void {
  const rows = rowsOf(status);
  const counted = rows.filter(({ kind, state }) => kind === 'human' && state === 'Answered');
  assert.equal(new Set(counted.map(({ expert }) => expert)).size, counted.length, 'an expert answers once');
  assert.equal(new Set(counted.map(({ by }) => by)).size, counted.length, 'a person answers once');
  for (const { expert, answer, planHash } of counted) {
    assert.include(['release-manager', 'sre', 'advisor'], expert);
    assert.include(['approve', 'reject'], answer);
    assert.equal(planHash, 'p1');
  }
  for (const { by, expert, answer } of before.spec.answers ?? [])
    assert.isTrue(
      rows.some((row) => row.by === by && row.expert === expert),
      `the answer ${answer} of ${by} as ${expert} is told, counted or not`,
    );
  const settled = rowsOf(before.status).filter(({ state }) => state !== 'AwaitingHuman');
  for (const row of settled) assert.deepInclude(rows, row, 'what status says of an answer stays so');
  if (before.status?.consensus !== undefined) assert.deepEqual(status?.consensus, before.status.consensus);
  if (status?.consensus?.recommendation === 'approve') {
    const approvers = counted.filter(({ answer }) => answer === 'approve').map(({ expert }) => expert);
    assert.includeMembers(approvers, ['release-manager', 'sre'], 'two thirds of the weight and two people');
  }
  const newlyCounted = counted.filter(
    (row) => !settled.some(({ expert, by }) => expert === row.expert && by === row.by),
  );
  if (now >= DEADLINE) assert.isEmpty(newlyCounted, 'nothing counts after the deadline');
}

const rowsOf = (status: ExpertConsultation['status']): readonly ExpertAnswerStatus[] => status?.answers ?? [];

/** As the API server keeps the list: one entry for an expert and a person, eight in all. */
function given(object: ExpertConsultation, entry: { expert: string; by: string; answer: string; planHash: string }) {
  const list = object.spec.answers ?? [];
  const known = list.some(({ expert, by }) => expert === entry.expert && by === entry.by);
  if (known || list.length === 8) return object;
  return { ...object, spec: { ...object.spec, answers: [...list, entry] } };
}
