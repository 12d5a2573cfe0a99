export { parseJunit } from './junit.ts';
export { renderReport } from './page/page.ts';
export { type Run, runJsonSchema, type TestCase, type TestSuite } from './schema.ts';
export { writeReport } from './write.ts';
