/** `800 bytes`, `12.3 kB`, `12.3 MB`, `1.5 GB`: of 1,000 bytes, 1,000,000 and so on. */
export function formatBytes(bytes: number): string {
  if (bytes < 1e3) return `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`;
  // What would be written as 1,000.0 is one of the next unit.
  if (bytes < 999_950) return `${(bytes / 1e3).toFixed(1)} kB`;
  return bytes < 999_950_000 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
