import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { connectPlace } from '../place/open.ts';
import type { GuardOrder, GuardReady } from './protocol.ts';
import { guardLog } from './start.ts';
import { ownerGone, removeUntilQuiet, watchSession } from './watch.ts';

// The guard of one session. It ends with the session, whatever ends it, and leaves nothing itself.
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const place = connectPlace();
const order = JSON.parse(process.argv[2] ?? '') as GuardOrder;

let making = true;
const started = lines.next().finally(() => {
  making = false;
});
const ready = await Promise.race([started, ...(order.owner ? [ownerGone(order.owner)] : [])]);
const end =
  ready === 'owner-gone' || ready.done
    ? 'start-failed'
    : await watchSession(place, order, JSON.parse(ready.value) as GuardReady);
if (end !== 'handed-out') {
  // A process that is still making the session fails once its containers are gone, and may make more until
  // then.
  do await removeUntilQuiet(place, order.id);
  while (making);
}
await rm(guardLog(order.id), { force: true });
process.exit(0);
