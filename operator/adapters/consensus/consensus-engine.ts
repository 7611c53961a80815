import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Bug } from '../../api/errors.ts';
import type { ConsensusEngine, ConsensusRefusal, ConsensusRequest, ConsensusVerdict } from '../../ports/consensus.ts';
import { freshInstance, type Instance } from './instance.ts';

/** Where new instances come from; each call makes one. */
export type Instances = () => Promise<Instance>;

/**
 * The engine of `rust-wasm/consensus`, loaded from the folder that the build made.
 * @throws Bug when the folder holds no such module.
 */
export async function loadConsensusEngine(directory: string): Promise<ConsensusEngine> {
  try {
    const module = new WebAssembly.Module(await readFile(join(directory, 'engine_bg.wasm')));
    let copies = 0;
    return await consensusEngine(() => freshInstance(join(directory, 'engine.js'), module, copies++));
  } catch (cause) {
    throw new Bug(
      'EngineMissing',
      `could not load the consensus engine from ${directory}; npm start and npm test build it`,
      cause,
    );
  }
}

/** An engine over instances: one that trapped is dropped, and a spare one takes its place at once. */
export async function consensusEngine(instances: Instances): Promise<ConsensusEngine> {
  let current: Instance | undefined = await instances();
  let spare: Instance | undefined = await instances();

  const replace = () => {
    current = spare;
    spare = undefined;
    instances().then(
      (fresh) => {
        if (current === undefined) current = fresh;
        else spare = fresh;
      },
      // Without a spare the engine refuses after the next trap, and that refusal is seen; there is nobody else to tell.
      () => undefined,
    );
  };

  return {
    decide(request) {
      if (current === undefined) return failed('no instance is left after a trap; ask again in a moment');
      try {
        return answerOf(current.decide(bytesOf(request)));
      } catch (cause) {
        replace();
        return failed(`the engine trapped: ${cause instanceof Error ? cause.message : String(cause)}`);
      }
    },
  };
}

function bytesOf(request: ConsensusRequest): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(request));
}

function answerOf(bytes: Uint8Array): ConsensusVerdict | ConsensusRefusal {
  // border: our own engine writes nothing but these two shapes, and the contract suite compares them whole
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as ConsensusVerdict | ConsensusRefusal;
}

function failed(why: string): ConsensusRefusal {
  return { outcome: 'refusal', reason: 'EngineFailed', field: '', message: `could not judge the answers: ${why}` };
}
