import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { reportErrors } from './errors.ts';
import { renderReport } from './page/page.ts';
import { parseRun } from './parse.ts';
import type { Run } from './schema.ts';

/** Where a report was written. */
export interface ReportFiles {
  readonly run: string;
  readonly page: string;
}

/**
 * Writes `run.json` and `report.html` into a folder, each by rename. The page is made from the text of
 * `run.json`, so it cannot show what that file does not contain.
 * @throws {CiError} RUN_INVALID, and nothing is written; REPORT_NOT_WRITABLE
 */
export async function writeReport(directory: string, run: Run): Promise<ReportFiles> {
  const files = { run: join(directory, 'run.json'), page: join(directory, 'report.html') };
  const text = `${JSON.stringify(run, null, 2)}\n`;
  const page = renderReport(parseRun(text));
  try {
    await mkdir(directory, { recursive: true });
    await writeFileAtomic(files.run, text);
    await writeFileAtomic(files.page, page);
  } catch (cause) {
    throw reportErrors.notWritable(directory, cause);
  }
  return files;
}
