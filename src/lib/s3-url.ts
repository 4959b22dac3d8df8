/** A bucket and what the keys in it begin with: no slashes at its ends; may be empty. */
export type S3Place = { bucket: string; prefix: string };

/**
 * Reads `s3://bucket` or `s3://bucket/some/prefix`; undefined for anything else. Bucket names as
 * all providers take them: 3 to 63 lower-case letters, digits, dots and hyphens.
 */
export function parseS3Url(text: string): S3Place | undefined {
  const [, bucket, rest = ''] =
    /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(\/[^?#\s]*)?$/.exec(text) ?? [];
  if (bucket === undefined) return undefined;
  return { bucket, prefix: rest.replace(/^\/+|\/+$/g, '') };
}

/** Where AWS keeps the buckets of a region. */
export const awsEndpoint = (region: string): string => `https://s3.${region}.amazonaws.com`;
