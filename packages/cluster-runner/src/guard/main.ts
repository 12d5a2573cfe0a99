import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { connectEngine } from '@istio-ci/kit';
import type { GuardOrder, GuardReady } from './protocol.ts';
import { guardLog } from './start.ts';
import { removeUntilQuiet, watchSession } from './watch.ts';

// The guard of one session. It ends with the session, whatever ends it, and leaves nothing of its own.
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const engine = connectEngine();
const order = JSON.parse(process.argv[2] ?? '') as GuardOrder;
const ready = await lines.next();
const end = ready.done
  ? 'start-failed'
  : await watchSession(engine, order, JSON.parse(ready.value) as GuardReady);
if (end !== 'handed-out') await removeUntilQuiet(engine, order.id);
await rm(guardLog(order.id), { force: true });
process.exit(0);
