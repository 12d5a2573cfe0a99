export { complete, configFile, type Distribution, loadDistribution } from './distribution.ts';
export { type DistributionConfig, distributionJsonSchema, type StageName, stageNames } from './schema.ts';
