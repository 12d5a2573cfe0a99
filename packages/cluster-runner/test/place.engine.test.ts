import { imageRef } from '@istio-ci/image-builder';
import { describe } from 'vitest';
import { image, place } from './harness.ts';
import { placeContract } from './place-contract.ts';

const smallImage = await imageRef('base');

describe('a Docker engine as a place', () => placeContract({ place, image, smallImage }));
