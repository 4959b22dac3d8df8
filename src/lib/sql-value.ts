/** A value of SQLite. Integers beyond 2^53 are bigints, so that no digit is lost. */
export type SqlValue = null | number | bigint | string | Uint8Array;
/** The values of one row, in the order of its columns. */
export type SqlRow = readonly SqlValue[];
