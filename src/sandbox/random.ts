// Chance without state: every number is a pure function of (seed, stream, item, day), so that any
// day of any region can be computed first, last or twice, and is the same.

/** A name for each independent sequence of numbers drawn from one seed. */
export type Stream = number;

/**
 * 32 well-mixed bits. The constants are those of MurmurHash3 and xxHash, chosen for their
 * avalanche.
 */
function mix(seed: number, stream: Stream, item: number, day: number): number {
  let hash = Math.imul(seed ^ stream, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 15) ^ item, 0x85ebca77);
  hash = Math.imul(hash ^ (hash >>> 13) ^ day, 0xc2b2ae3d);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Uniform in [0, 1). */
export const uniform = (seed: number, stream: Stream, item: number, day = 0): number =>
  mix(seed, stream, item, day) / 2 ** 32;

// The sum of four uniform bytes has the mean 510 and the standard deviation sqrt(4 * (256² - 1) /
// 12).
const BYTES_MEAN = 510;
const BYTES_DEVIATION = Math.sqrt((256 ** 2 - 1) / 3);

/**
 * Nearly normal, mean 0, standard deviation 1, and never beyond ±3.46: no seed gives an absurd
 * market. A sum of bytes, because a year of lists needs some tens of millions of these.
 */
export function normal(seed: number, stream: Stream, item: number, day = 0): number {
  const bits = mix(seed, stream, item, day);
  return (
    ((bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24) - BYTES_MEAN) /
    BYTES_DEVIATION
  );
}

/** A whole number whose mean over many draws is `value`: 0.3 is 1 three times in ten. */
export const wholeNumber = (value: number, draw: number): number => Math.floor(value + draw);
