import type { QueryClient } from "@tanstack/react-query";

import type { Message, User } from "@/api/types";
import { outboxPorts } from "@/composer/deliver";
import { Drafts } from "@/composer/drafts";
import { Outbox } from "@/composer/outbox";
import { createStore, type Store } from "@/lib/store";
import { sessionKey } from "@/session/session";

import { applyEvent, refetchEverything, refetchOlderThan } from "./apply";
import { LiveConnection } from "./connection";

/** What lives as long as somebody is signed in. */
export type Live = {
  drafts: Drafts;
  outbox: Outbox;
  connection: LiveConnection;
  /** The last incoming message, for those who cannot see it arrive. */
  heard: Store<Message | undefined>;
  /** Begins; returns the way to end. */
  start: () => () => void;
};

export function createLive(client: QueryClient, user: User): Live {
  const drafts = new Drafts(user.id);
  const outbox = new Outbox(user.id, outboxPorts(client, drafts));
  const heard = createStore<Message | undefined>(undefined);
  const listen = (message: Message): void => {
    outbox.noticeMessage(message, message.author?.id === user.id);
    if (message.direction === "inbound") heard.set(message);
  };
  const connection = new LiveConnection("/api/events", {
    onEvent: (kind, data) => applyEvent(client, kind, data, listen),
    onGap: () => refetchEverything(client),
    onRefused: () => void client.invalidateQueries({ queryKey: sessionKey }),
  });
  return { drafts, outbox, connection, heard, start: () => start(client, outbox, connection) };
}

function start(client: QueryClient, outbox: Outbox, connection: LiveConnection): () => void {
  let opened = false;
  const unsubscribe = connection.status.subscribe(() => {
    if (connection.status.get() !== "live") return;
    if (!opened) refetchOlderThan(client, Date.now());
    opened = true;
    outbox.wake();
  });
  const online = (): void => {
    connection.hurry();
    outbox.wake();
  };
  window.addEventListener("online", online);
  connection.start();
  outbox.open();
  return () => {
    unsubscribe();
    window.removeEventListener("online", online);
    connection.stop();
    outbox.close();
  };
}
