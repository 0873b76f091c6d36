/* Loaded into every process that is measured, before its own code: tells the bench what it uses. */
import { answerCalls } from './calls.ts';

answerCalls({
  cpu: () => process.cpuUsage(),
  memory: () => {
    // Twice: what the first collection finalises only the second frees.
    globalThis.gc?.();
    globalThis.gc?.();
    return process.memoryUsage();
  },
});
process.on('disconnect', () => process.exit(0));
