import { noop, type Query, type QueryClient } from "@tanstack/react-query";

import { notifySignedOut } from "@/api/client";
import type { Contact, Conversation, Message } from "@/api/types";
import { refreshWays } from "@/composer/ways";
import { consentKeys } from "@/contacts/consent";
import { applyContact, contactKeys } from "@/contacts/contacts";
import { applyConversation, conversationKeys, knownConversation } from "@/conversations/conversations";
import { applyDeadLetter, letterKeys } from "@/deadletters/deadLetters";
import { invalidateSoon } from "@/lib/invalidateSoon";
import { refreshPersona } from "@/personas/personas";
import { applyDecision, applyIncoming, reviewsQuery } from "@/reviews/reviews";
import { applyScheduled, scheduledKeys } from "@/schedule/scheduled";
import { applyMessage, messageKeys } from "@/thread/messages";

import type { LiveKind } from "./connection";
import { Overtaken } from "./overtaken";

/** Whoever wants to know about a message before it is put into the thread: the outbox, the announcer. */
export type MessageListener = (message: Message) => void;

/** Carries one event of the stream into everything on screen. */
export function applyEvent(
  client: QueryClient,
  kind: LiveKind,
  data: unknown,
  onMessage: MessageListener,
): void {
  switch (kind) {
    case "message":
      onMessage(data as Message);
      applyMessage(client, data as Message);
      applyScheduled(client, data as Message);
      applyDeadLetter(client, data as Message);
      if ((data as Message).direction === "inbound") {
        applyIncoming(client);
        refreshWays(client, (data as Message).conversation_id);
      }
      break;
    case "conversation":
      applyConversation(client, data as Conversation);
      applyDecision(client, (data as Conversation).id);
      refreshPersona(client, (data as Conversation).id);
      refreshWays(client, (data as Conversation).id);
      break;
    case "contact":
      applyContact(client, data as Contact);
      renameInConversation(client, data as Contact);
      // A colleague may have blocked them, or set their zone.
      void client.invalidateQueries({ queryKey: consentKeys.one((data as Contact).id) });
      break;
    case "session":
      notifySignedOut();
      break;
    case "resync":
      refetchEverything(client);
  }
}

/** A conversation shows its contact; a new name or an opt-out has to show there too. */
function renameInConversation(client: QueryClient, contact: Contact): void {
  const known = contact.conversation_id && knownConversation(client, contact.conversation_id);
  if (!known) return;
  const { id, name, phone, email, opted_out } = contact;
  applyConversation(client, { ...known, contact: { id, name, phone, email, opted_out } });
}

/** Asks again for what is on screen and forgets the rest. */
export function refetchEverything(client: QueryClient): void {
  client.removeQueries({ type: "inactive", predicate: (query) => query.queryKey[0] !== "session" });
  void client.invalidateQueries();
}

/** What the stream keeps current. */
const liveKeys: ReadonlySet<unknown> = new Set([
  conversationKeys.lists[0],
  conversationKeys.counts[0],
  conversationKeys.one("")[0],
  messageKeys.threads[0],
  scheduledKeys.lists[0],
  letterKeys.all[0],
  reviewsQuery.queryKey[0],
  contactKeys.one("")[0],
]);

const isLive = ({ queryKey }: Pick<Query, "queryKey">): boolean => liveKeys.has(queryKey[0]);

/**
 * The stream opened after some answers had already come: what happened between the two would be missed. Those
 * answers are asked for once more, quietly.
 */
export function refetchOlderThan(client: QueryClient, openedAt: number): void {
  void client.invalidateQueries({
    predicate: (query) =>
      isLive(query) && query.state.dataUpdatedAt > 0 && query.state.dataUpdatedAt <= openedAt,
  });
}

/** One event of the stream. */
type News = { kind: LiveKind; data: unknown };

export type OvertakenAnswers = Overtaken<News>;

/** Watches for answers that news of the stream overtakes, and brings the news over them once more. */
export function overtakenAnswers(client: QueryClient): OvertakenAnswers {
  return new Overtaken<News>(client, isLive, {
    apply: (news) => {
      for (const { kind, data } of news) applyEvent(client, kind, data, noop);
      // Counts are kept by differences, and the answer brought its own.
      if (news.some(({ kind }) => kind === "conversation")) invalidateSoon(client, conversationKeys.counts);
    },
    askAgain: ({ queryKey }) => void client.invalidateQueries({ queryKey, exact: true }),
  });
}
