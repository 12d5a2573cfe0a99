// A process that fills the pool with one cluster, for tests to kill.
import { connectPlace, poolFill } from '../src/index.ts';

const [image = '', certSan = ''] = process.argv.slice(2);
await poolFill({ place: connectPlace(), image, certSans: [certSan], count: 1, leaseSeconds: 600 });
