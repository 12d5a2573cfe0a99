export {
  complete,
  configFile,
  type Distribution,
  distributionWithoutFile,
  loadDistribution,
  type Sources,
} from './distribution.ts';
export { nearestName } from './nearest.ts';
export { type DistributionConfig, distributionJsonSchema, type StageName, stageNames } from './schema.ts';
export { type OverridesAsTyped, overridesAsTyped, type SettingFlags } from './settings.ts';
export { type ConfigRow, configRows, originInWords } from './show.ts';
