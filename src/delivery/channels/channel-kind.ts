import type { Channel } from '../../config/channels/kinds.ts';
import type { SmtpConfig } from '../../config/config.ts';
import type { Clock, Instant } from '../../lib/clock.ts';
import type { Message } from '../../message/message.ts';
import type { FailedOutcome, Outcome } from '../outcome.ts';
import type { PageAccess } from '../page-links.ts';
import type { LetterContext } from '../render/letter.ts';
import type { HttpAgents } from './http/agents.ts';

/**
 * Connections that are kept from message to message. A kind may keep others under this object as a
 * key, and closes them itself.
 */
export type Senders = { agents: HttpAgents };

/** What the bytes of a message are made of. */
export type PayloadRequest<Of extends Channel = Channel> = {
  message: Message;
  channel: Of;
  recipient: string;
  messageId: string;
  /** When the notification was made. */
  createdAt: Instant;
  smtp: SmtpConfig | null;
  /** Left out where the config names no page. */
  page?: PageAccess | undefined;
  context: Omit<LetterContext, 'channel' | 'links'>;
};

/** Frozen bytes, and whom they are for. */
export type Sending<Of extends Channel = Channel> = {
  channel: Of;
  recipient: string;
  messageId: string;
  payload: Buffer;
};

export type SendingContext = {
  senders: Senders;
  smtp: SmtpConfig | null;
  clock: Clock;
  /** Bounds the whole attempt. */
  timeoutMs: number;
  signal: AbortSignal;
};

/** How a probe went, in one line without secrets, and what to do about it. */
export type ProbeResult = {
  ok: boolean;
  /** It answers, but a message would fail. */
  warning?: boolean;
  text: string;
  next: string | null;
};

/**
 * Makes the bytes of a message: inside the transaction, or outside it where that takes too long for
 * one.
 */
type Writing<Of extends Channel> =
  | { isSlow: false; write(request: PayloadRequest<Of>): Buffer }
  | { isSlow: true; write(request: PayloadRequest<Of>): Promise<Buffer> };

/**
 * All that one kind of channel is for delivery. What the config knows of it is in config/channels.
 */
export type ChannelKind<Of extends Channel = Channel> = Writing<Of> & {
  /** Completes the sentence "the channel …", for those who wait for recipients of another kind. */
  words: string;
  /** Names the form of its bytes: a channel of another kind or format cannot use them. */
  payloadKind(channel: Of): string;
  /**
   * The message reduced to what it is about, for a receiver that refused the whole message. Null
   * where a refusal says nothing about size or form.
   */
  writeShort(request: Pick<PayloadRequest<Of>, 'message' | 'channel' | 'context'>): Buffer | null;
  /** Makes one attempt. Never rejects. */
  send(sending: Sending<Of>, context: SendingContext): Promise<Outcome>;
  /** Pauses after the first, second … failed attempt. */
  pausesMs: readonly number[];
  /** How long to wait between two messages of a channel. */
  spacingMs(channel: Of): number;
  /** Does this outcome end the message, where another kind would try again? */
  isFinal?(outcome: FailedOutcome, channel: Of): boolean;
  /** Loads now what its first message would otherwise load. */
  prepare?(): Promise<void>;
  /** Closes what it kept for these senders. */
  close?(senders: Senders): Promise<void>;
  /** Can the channel be reached? Nobody gets a message. Left out where another probe shows that. */
  probe?(channel: Of, timeoutMs: number): Promise<ProbeResult>;
};
