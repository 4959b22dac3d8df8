// How large a world is, in each direction in which one grows.

export type Size = {
  /** Days of history of the watch that is measured. */ days: number;
  /** How many of these days, the oldest, are in a lake alone. */ inLake: number;
  /** All watches; the others have two lists of 500 each. */ watches: number;
  /** Observations of other watches, in thousands: what fills the file and concerns nobody. */
  rows: number;
  rules: number;
  /** Alerts that stay open, as their products stay away. */ openAlerts: number;
  /** Messages that were delivered. */ delivered: number;
  /** Requests that were sent today. */ requests: number;
};

export const SMALLEST: Size = {
  days: 40,
  inLake: 0,
  watches: 1,
  rows: 0,
  rules: 20,
  openAlerts: 0,
  delivered: 0,
  requests: 0,
};

/** What somebody has after a year of many lists. */
export const LIVED_IN: Size = {
  days: 365,
  inLake: 0,
  watches: 165,
  rows: 3_000,
  rules: 20,
  openAlerts: 10_000,
  delivered: 20_000,
  requests: 4_125,
};
