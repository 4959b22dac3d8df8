// Passwords: only their scrypt hash is written down, in the config.
import {
  randomBytes as systemRandom,
  scrypt,
  timingSafeEqual,
  type ScryptOptions,
} from 'node:crypto';
import { promisify } from 'node:util';
import { PASSWORD_HASH } from '../../config/web-formats.ts';

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/** A guess takes 32 MB and some tenths of a second. */
const COST = { N: 32_768, r: 8, p: 1 };
const BYTES = 32;
/** Node's own limit is too low for the higher costs that people may have in their hash. */
const MOST_MEMORY = 256 * 1_048_576;

/** The text for `password_hash`. It is different each time, as it is salted. */
export async function hashPassword(password: string, randomBytes = systemRandom): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password.normalize('NFC'), salt, BYTES, {
    ...COST,
    maxmem: MOST_MEMORY,
  });
  const { N, r, p } = COST;
  return `scrypt$${N}$${r}$${p}$${salt.toString('base64url')}$${hash.toString('base64url')}`;
}

/** Whether a password is the one of a hash, in the same time whatever it is. */
export async function isPassword(password: string, stored: string): Promise<boolean> {
  const [, cost = '', block = '', lanes = '', salt = '', wanted = ''] =
    PASSWORD_HASH.exec(stored) ?? [];
  const hash = Buffer.from(wanted, 'base64url');
  const made = await derive(
    password.normalize('NFC'),
    Buffer.from(salt, 'base64url'),
    hash.length,
    { N: Number(cost), r: Number(block), p: Number(lanes), maxmem: MOST_MEMORY },
  );
  return timingSafeEqual(made, hash);
}
