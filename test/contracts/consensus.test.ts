import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from 'chai';
import { parse } from 'yaml';
import { loadConsensusEngine } from '../../operator/adapters/consensus/index.ts';
import { Bug } from '../../operator/api/errors.ts';
import type { Json } from '../../operator/core/json.ts';
import type { ConsensusEngine, ConsensusRequest, PanelExpert } from '../../operator/ports/consensus.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { ensureWasm } from '../verbs/build-wasm.ts';
import { projectRoot } from '../verbs/project.ts';

interface Case {
  readonly name: string;
  readonly request: ConsensusRequest;
  readonly verdict: { readonly [field: string]: Json };
}

const SEED = 20_261;
const cases = join(projectRoot, 'rust-wasm', 'cases');

describe('the consensus engine through the wasm', () => {
  let engine: ConsensusEngine;

  before(async function () {
    this.timeout('25m');
    engine = await loadConsensusEngine((await ensureWasm()).directory);
  });

  for (const file of readdirSync(cases).sort()) {
    describe(file, () => {
      // border: the case files are ours, and cargo test reads the same
      for (const { name, request, verdict } of parse(readFileSync(join(cases, file), 'utf8')) as Case[]) {
        it(name, () => {
          const answer: { [field: string]: unknown } = { ...engine.decide(request) };
          assert.deepEqual(Object.fromEntries(Object.keys(verdict).map((field) => [field, answer[field]])), verdict);
        });
      }
    });
  }

  it(`gives the same bytes in every order of the experts (seed ${SEED})`, () => {
    const random = seededRandom(SEED);
    for (let round = 0; round < 200; round += 1) {
      const request = randomRequest(random);
      const shuffled = { ...request, experts: shuffle(request.experts, random) };
      assert.equal(JSON.stringify(engine.decide(shuffled)), JSON.stringify(engine.decide(request)));
    }
  });

  it(`does not change its mind when an expert is counted twice in one family (seed ${SEED})`, () => {
    const random = seededRandom(SEED);
    for (let round = 0; round < 200; round += 1) {
      const request = { ...randomRequest(random), quorum: 1 };
      const [first] = request.experts;
      if (first === undefined) continue;
      const family = first.family ?? first.name;
      const twice = { ...request, experts: [...request.experts, { ...first, name: `${first.name}-again`, family }] };
      assert.deepEqual(essence(engine, twice), essence(engine, request));
    }
  });

  it(`gives the bytes that the same engine gives natively (seed ${SEED})`, function () {
    this.timeout('10m'); // builds the native engine where cargo test has not
    const random = seededRandom(SEED);
    const requests = Array.from({ length: 300 }, () => randomRequest(random));
    const native = execFileSync('cargo', ['run', '--quiet', '--package', 'consensus', '--example', 'judge'], {
      cwd: join(projectRoot, 'rust-wasm'),
      input: requests.map((request) => JSON.stringify(request)).join('\n'),
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    const verdicts = requests.map((request) => JSON.stringify(engine.decide(request)));
    assert.deepEqual(native.trimEnd().split('\n'), verdicts);
  });

  it('names the folder in which no module is', async () => {
    const error = await loadConsensusEngine('/nowhere').catch((thrown: unknown) => thrown);
    assert.instanceOf(error, Bug);
    assert.include(String(error), 'could not load the consensus engine from /nowhere');
  });
});

/** What must not depend on how often a family speaks. */
function essence(engine: ConsensusEngine, request: ConsensusRequest) {
  const verdict = engine.decide(request);
  if (verdict.outcome === 'refusal') return verdict;
  const { recommendation, abstained, leader, share, margin, confidence, level, risk } = verdict;
  return { recommendation, abstained, leader, share, margin, confidence, level, risk };
}

/** A panel of families of one, so that doubling an expert makes a family of two. */
function randomRequest(random: () => number): ConsensusRequest {
  const options = ['approve', 'needs-work', 'reject'];
  const pick = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)];
  const experts = Array.from({ length: 1 + Math.floor(random() * 9) }, (_, index): PanelExpert => {
    const of = Math.floor(random() * 60);
    const answer = random() < 0.1 ? 'unsure' : (pick(options) ?? '');
    const risk = pick(['low', 'medium', 'high', 'critical'] as const) ?? 'low';
    const graded = random() < 0.5 ? {} : { graded: { right: Math.floor(random() * (of + 1)), of } };
    const weight = 1 + Math.floor(random() * 30) / 10;
    return { name: `e${index}`, weight, ...graded, reply: { answer, risk, rationale: `because of ${pick(options)}` } };
  });
  return { answer: { kind: 'choice', options, permits: ['approve'] }, experts };
}

function shuffle<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((one, other) => one.at - other.at)
    .map(({ item }) => item);
}
