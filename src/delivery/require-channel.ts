import type { Channel } from '../config/channels/kinds.ts';
import { AppError } from '../lib/errors.ts';
import { meantOf } from '../lib/nearest.ts';

/** The channel of that name. @throws AppError `not_found`, with the name that was meant */
export function requireChannel(channels: readonly Channel[], name: string): Channel {
  const channel = channels.find((candidate) => candidate.name === name);
  if (channel !== undefined) return channel;
  const names = channels.map((candidate) => candidate.name);
  throw new AppError('not_found', `there is no channel "${name}"`, {
    hint: meantOf(name, names) ?? 'add one under channels in the config',
  });
}
