import { basename } from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';

/**
 * The configuration of one package's tests. Files named `*.engine.test.ts` need a Docker engine and are left to
 * the engine suite; the rest run anywhere, in parallel. JUnit for people
 * and JSON for our own count go to the package's `reports/`.
 */
export function packageConfig(suite: 'unit' | 'engine' = suiteFromEnvironment()) {
  const engine = suite === 'engine';
  return defineConfig({
    test: {
      include: engine ? ['**/*.engine.test.ts'] : ['**/*.test.ts'],
      exclude: engine ? configDefaults.exclude : [...configDefaults.exclude, '**/*.engine.test.ts'],
      passWithNoTests: engine,
      fileParallelism: !engine,
      testTimeout: engine ? 180_000 : 20_000,
      hookTimeout: engine ? 300_000 : 20_000,
      reporters: [
        'default',
        ['json', { outputFile: `reports/${suite}.json` }],
        ['junit', { outputFile: `reports/${suite}.xml`, suiteName: `${basename(process.cwd())} ${suite}` }],
      ],
    },
  });
}

function suiteFromEnvironment(): 'unit' | 'engine' {
  return process.env.ISTIO_CI_SUITE === 'engine' ? 'engine' : 'unit';
}
