// How the source rounds: three significant digits for posts, impressions, cost and cpa; two
// decimals for percents.

/** 20,138,400 as 20,100,000 and 4.9163 as 4.92. */
export const roundSignificant = (value: number): number => Number(value.toPrecision(3));

/** 1.834 as 1.83; whole numbers stay whole, and there is no negative zero. */
export const roundPercent = (value: number): number => Math.round(value * 100) / 100 + 0;
