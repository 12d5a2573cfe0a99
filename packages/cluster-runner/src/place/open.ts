import { connectEngine, type EngineAddress, requireEngine } from '@istio-ci/image-builder';
import { enginePlace } from './engine/place.ts';
import type { Place } from './place.ts';

/** The place, which is not contacted yet: by default the Docker engine that DOCKER_HOST names. */
export function connectPlace(address?: EngineAddress): Place {
  return enginePlace(connectEngine(address));
}

/**
 * The place, once it has answered.
 * @throws {CiError} ENGINE_UNREACHABLE if nothing answers, ENGINE_REFUSED if this user may not connect
 */
export async function openPlace(): Promise<Place> {
  return enginePlace(await requireEngine());
}
