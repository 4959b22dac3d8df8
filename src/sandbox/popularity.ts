// How many posts a leaf gets on a day in a region: level × weekday × drift × noise × spike, while
// it is present.
import { normal, uniform, wholeNumber } from './random.ts';
import { REGION_SIZES } from './regions.ts';

const STREAM = {
  level: 1,
  tilt: 2,
  driftPeriod: 3,
  driftPhase: 4,
  noise: 5,
  spike: 6,
  spikeSize: 7,
  spikeDecay: 8,
  seasonal: 9,
  presence: 10,
  presenceLength: 11,
  phase: 12,
  whole: 13,
};

// Log-scale. Gives the US about 3,000 posts a day at rank 1 and 10 at rank 500: 10⁴ to 10⁵ and 10¹
// to 10² in 7 days.
const MEDIAN_LEVEL = 1.4;
const LEVEL_SPREAD = 2.3;
const REGION_TILT = 0.6;

// Monday to Sunday; 1970-01-01 was a Thursday.
const WEEKDAYS = [0.95, 0.94, 0.96, 0.99, 1.03, 1.08, 1.05] as const;
const weekdayFactor = (day: number): number => WEEKDAYS[(day + 3) % 7] ?? 1;

const NOISE_LARGE = 0.09;
const NOISE_SMALL = 0.33;
// Posts a day from which noise is at its least, and below which it is at its most.
const LARGE = 300;
const SMALL = 12;

const DRIFT = 0.22;
const SPIKE_CELL_DAYS = 60;
const SPIKE_CHANCE = 0.3;
const SPIKE_LASTS_DAYS = 12;
const SEASONAL_SHARE = 0.1;
const SEASON_CELL_DAYS = 48;

export type Popularity = { postsOn(leaf: number, day: number): number };

/**
 * One region's popularity of `leaves` leaves; `region` is its place in REGIONS. Pure in (seed,
 * region, leaf, day).
 */
export function popularityOf(seed: number, region: number, leaves: number): Popularity {
  const levels = new Float64Array(leaves);
  const noises = new Float64Array(leaves);
  const driftRates = new Float64Array(leaves);
  const driftPhases = new Float64Array(leaves);
  const phases = new Int32Array(leaves);
  const seasonal = new Uint8Array(leaves);
  const size = REGION_SIZES[region] ?? 0;
  for (let leaf = 0; leaf < leaves; leaf++) {
    const item = region * leaves + leaf;
    const level =
      size *
      Math.exp(
        MEDIAN_LEVEL +
          LEVEL_SPREAD * normal(seed, STREAM.level, leaf) +
          REGION_TILT * normal(seed, STREAM.tilt, item),
      );
    const smallness = Math.min(1, Math.max(0, Math.log(LARGE / level) / Math.log(LARGE / SMALL)));
    levels[leaf] = level;
    noises[leaf] = NOISE_LARGE + (NOISE_SMALL - NOISE_LARGE) * smallness;
    driftRates[leaf] = (2 * Math.PI) / (70 + 250 * uniform(seed, STREAM.driftPeriod, item));
    driftPhases[leaf] = 2 * Math.PI * uniform(seed, STREAM.driftPhase, item);
    phases[leaf] = Math.floor(SPIKE_CELL_DAYS * uniform(seed, STREAM.phase, item));
    seasonal[leaf] = uniform(seed, STREAM.seasonal, item) < SEASONAL_SHARE ? 1 : 0;
  }

  /** Some leaves come for 5 to 30 days out of every 48, and are not there otherwise. */
  const isPresent = (leaf: number, item: number, shiftedDay: number): boolean => {
    if (seasonal[leaf] === 0) return true;
    const cell = Math.floor(shiftedDay / SEASON_CELL_DAYS);
    const length = 5 + Math.floor(26 * uniform(seed, STREAM.presenceLength, item, cell));
    const start = Math.floor(
      (SEASON_CELL_DAYS - length) * uniform(seed, STREAM.presence, item, cell),
    );
    const age = shiftedDay - cell * SEASON_CELL_DAYS - start;
    return age >= 0 && age < length;
  };

  /**
   * What a spike multiplies the level by: 2 to 5 on its first day, and a third to two thirds of the
   * excess is gone with each day.
   */
  const spikeFactor = (item: number, shiftedDay: number): number => {
    const cell = Math.floor(shiftedDay / SPIKE_CELL_DAYS);
    const draw = uniform(seed, STREAM.spike, item, cell);
    if (draw >= SPIKE_CHANCE) return 1;
    // It starts early enough in its cell to fade within it.
    const age =
      shiftedDay -
      cell * SPIKE_CELL_DAYS -
      Math.floor((draw / SPIKE_CHANCE) * (SPIKE_CELL_DAYS - SPIKE_LASTS_DAYS));
    if (age < 0 || age >= SPIKE_LASTS_DAYS) return 1;
    return (
      1 +
      (1 + 3 * uniform(seed, STREAM.spikeSize, item, cell)) *
        Math.exp(-age / (1 + 1.5 * uniform(seed, STREAM.spikeDecay, item, cell)))
    );
  };

  return {
    postsOn: (leaf, day) => {
      const item = region * leaves + leaf;
      const shiftedDay = day + (phases[leaf] ?? 0);
      if (!isPresent(leaf, item, shiftedDay)) return 0;
      const wave =
        DRIFT * Math.sin((driftRates[leaf] ?? 0) * day + (driftPhases[leaf] ?? 0)) +
        (noises[leaf] ?? 0) * normal(seed, STREAM.noise, item, day);
      return wholeNumber(
        (levels[leaf] ?? 0) * weekdayFactor(day) * Math.exp(wave) * spikeFactor(item, shiftedDay),
        uniform(seed, STREAM.whole, item, day),
      );
    },
  };
}
