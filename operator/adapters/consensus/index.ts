export { loadConsensusEngine } from './consensus-engine.ts';
