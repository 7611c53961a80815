import type { ExpertConsultationStatus } from '../../api/generated/expert-consultation.ts';
import { bounded, timestamp } from '../../core/conditions.ts';
import type { Laws } from '../../core/laws.ts';
import { timeline } from '../../core/timeline.ts';
import type { Trail } from '../../core/trail.ts';
import type { ObservedConsultation } from './observed.ts';
import { choosePanel } from './panel.ts';
import type { People } from './people.ts';
import { allRows, panelRows } from './rows.ts';

type Fields = Omit<ExpertConsultationStatus, 'conditions' | 'observedGeneration' | 'gate'>;

/** The room's fields of status: who answered what, and what it amounts to. */
export function report(observed: ObservedConsultation, trail: Trail, laws: Laws): Fields {
  const { object, tenant, people, memory } = observed;
  const { consensus, findings = [], evidence, questionDigest } = memory;
  const last = trail.standing.at(-1)?.decision;
  const planHash = object.spec.subject?.planHash;
  const choice = choosePanel(object.spec, tenant);
  return {
    phase: phaseOf(observed, last?.kind === 'stuck'),
    message: bounded(last?.message ?? ''),
    ...(planHash === undefined ? {} : { planHash }),
    ...(choice.ok && choice.panel.separation ? { separation: true } : {}),
    ...(people.until === undefined ? {} : { expiresAt: timestamp(people.until) }),
    ...(questionDigest === undefined ? {} : asked(observed, questionDigest, trail, laws)),
    ...(findings.length === 0 ? {} : { findings }),
    ...(evidence === undefined || evidence.length === 0 ? {} : { evidence }),
    ...(consensus === undefined ? {} : { consensus }),
  };
}

/** What there is to tell once the question was put. */
function asked(observed: ObservedConsultation, questionDigest: string, trail: Trail, laws: Laws): Partial<Fields> {
  const { object, people, memory } = observed;
  const rows = panelRows(observed);
  const story =
    people.rows.length === 0 ? [] : timeline(object.status?.timeline ?? [], happenings(people, trail), laws.now);
  return {
    questionDigest,
    askedAt: timestamp(memory.askedAt ?? laws.now),
    answers: allRows(observed),
    answered: `${rows.filter(({ state }) => state === 'Answered').length}/${rows.length}`,
    usage: { cost: '0' },
    ...(story.length === 0 ? {} : { timeline: story }),
  };
}

/** Where people take part the story is worth telling: who answered, whose answer does not count, where it stands. */
function happenings({ news }: People, { standing }: Trail) {
  const last = standing.at(-1);
  const answered = news.map((message) => ({ step: 'answers', message }));
  return last === undefined ? answered : [...answered, { step: last.step, message: last.decision.message }];
}

function phaseOf({ withdrawn, people, memory }: ObservedConsultation, stuck: boolean): NonNullable<Fields['phase']> {
  const { consensus, questionDigest } = memory;
  if (consensus?.recommendation !== undefined) return 'Agreed';
  if (consensus !== undefined) return isSplit(consensus.abstained) ? 'Split' : 'Failed';
  if (withdrawn !== undefined) return 'Withdrawn';
  if (stuck) return 'Failed';
  if (questionDigest === undefined) return 'Pending';
  return people.awaited.length > 0 ? 'AwaitingHuman' : 'Asking';
}

/** The panel answered and does not agree; otherwise there was not enough of an answer. */
function isSplit(abstained: string | undefined): boolean {
  return abstained !== 'QuorumMissing' && abstained !== 'RequiredExpertMissing' && abstained !== 'NoValidAnswer';
}
