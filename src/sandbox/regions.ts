// Sizes against the United States. New Zealand is so small that its lists end before the cap.
const SIZES = {
  US: 1,
  ID: 0.8,
  VN: 0.5,
  GB: 0.45,
  TH: 0.4,
  BR: 0.3,
  DE: 0.25,
  MX: 0.15,
  NZ: 0.003,
};

/** Every single region of the market; the item numbers of random draws depend on this order. */
export const REGIONS: readonly string[] = Object.keys(SIZES);
export const REGION_SIZES: readonly number[] = Object.values(SIZES);

/** The sum of all regions. */
export const ALL_REGIONS = 'all_regions';
