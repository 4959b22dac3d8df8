/** `12.3 MB`, `1.5 GB`: of 1,000,000 bytes each, from 1 GB on in GB. */
export const formatBytes = (bytes: number): string =>
  bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${(bytes / 1e6).toFixed(1)} MB`;
